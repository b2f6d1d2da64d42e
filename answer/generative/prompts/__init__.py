"""The instructions a language model is given: one file a language, versioned by its content."""
