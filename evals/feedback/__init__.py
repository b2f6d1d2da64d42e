"""From what people do with drafts to cases: edits sorted, cases proposed, doubles merged."""
