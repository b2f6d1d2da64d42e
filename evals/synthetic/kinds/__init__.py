"""The kinds of synthetic cases, one file each."""
