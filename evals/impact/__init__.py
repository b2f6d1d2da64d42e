"""What a revision does to what rests on the document, before it goes live."""

from evals.impact.analysis import Affected, Impact, analyse
from evals.impact.judge import GateVerdict, Reason
from evals.impact.resting import Resting, from_answer, from_case, from_draft

__all__ = [
    "Affected",
    "GateVerdict",
    "Impact",
    "Reason",
    "Resting",
    "analyse",
    "from_answer",
    "from_case",
    "from_draft",
]
