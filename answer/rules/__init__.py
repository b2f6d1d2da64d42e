"""Rules that are data: triage, question forms and small talk, in both languages."""
