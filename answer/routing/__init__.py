"""Who answers a conversation, and whether it goes up: rules that are data, and what they ask."""

from answer.routing.dispatch import Dispatch

__all__ = ["Dispatch"]
