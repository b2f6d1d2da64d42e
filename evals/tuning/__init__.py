"""Fitting the search to a house's own questions, and whether that is a real gain."""
