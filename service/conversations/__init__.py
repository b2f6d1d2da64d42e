"""The conversations of a house, each with its record."""

from service.conversations.listing import Wanted
from service.conversations.store import Conversations, Sent
from service.conversations.tables import ConversationRow

__all__ = ["ConversationRow", "Conversations", "Sent", "Wanted"]
