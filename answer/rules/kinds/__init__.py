"""The sets of rules that a house may write its own version of, one file each."""
