"""What verdicts become: proposed cases with an owner and a due time."""
