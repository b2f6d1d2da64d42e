"""Judging drafts by a language model, and what people say of the judge."""
