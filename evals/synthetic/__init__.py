"""Cases made from the documents, with a model and without."""
