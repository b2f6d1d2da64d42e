"""What a revision does to what rests on the document, before it goes live."""

from evals.impact.analysis import Affected, Impact, analyse
from evals.impact.asking import Indexes, Sides
from evals.impact.judge import GateVerdict, Reason
from evals.impact.resting import Resting, from_answer, from_case, from_cases, from_draft
from evals.impact.supposing import Supposed

__all__ = [
    "Affected",
    "GateVerdict",
    "Impact",
    "Indexes",
    "Reason",
    "Resting",
    "Sides",
    "Supposed",
    "analyse",
    "from_answer",
    "from_case",
    "from_cases",
    "from_draft",
]
