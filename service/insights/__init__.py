"""What supervisors and knowledge managers see of how the house does."""

from service.insights.work import Insights

__all__ = ["Insights"]
