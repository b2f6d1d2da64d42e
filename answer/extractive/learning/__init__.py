"""Learning the reader: ``python -m answer.extractive.learning --data DIR --models DIR``."""
