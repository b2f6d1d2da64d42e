"""The last look at a reply: what a customer may read of it, and what was slipped in."""
