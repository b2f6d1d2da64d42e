"""The drafter that asks a language model, and holds every sentence to the passages."""
