"""The check that stands between every drafter and the agent: no support, no sentence."""
