"""The words around an answer: which template speaks, and how a channel says it."""
