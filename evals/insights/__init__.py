"""What drafts and verdicts tell of the house: accuracy over time, gaps, coverage."""
