"""Late interaction: every word of a question meets every word of a passage."""
