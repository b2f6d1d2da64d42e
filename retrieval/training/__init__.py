"""Where the learnt parts of retrieval come from; ``CARD.md`` beside says what they learnt from."""
