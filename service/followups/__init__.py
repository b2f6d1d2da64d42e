"""What follows a complaint or a fault until it is really over."""

from service.followups.work import FollowUps

__all__ = ["FollowUps"]
