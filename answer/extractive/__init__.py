"""Choosing, from the passages found, the words that answer."""
