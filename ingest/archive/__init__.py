"""ZIP archives of documents: listed and checked as a whole, then unpacked one file at a time."""
