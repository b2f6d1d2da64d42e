"""Answers that somebody stands for: served first, for as long as what they rest on stands."""

from answer.approved.answers import AnswerState, ApprovedAnswer
from answer.approved.store import ApprovedAnswers

__all__ = ["AnswerState", "ApprovedAnswer", "ApprovedAnswers"]
