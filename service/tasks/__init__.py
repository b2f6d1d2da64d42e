"""Tasks: flags, gaps, contradictions, stale answers and dates, each with an owner and a date."""

from service.tasks.rules import TaskKind, TaskState
from service.tasks.store import Wanted
from service.tasks.work import Tasks

__all__ = ["TaskKind", "TaskState", "Tasks", "Wanted"]
