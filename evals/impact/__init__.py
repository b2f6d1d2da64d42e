"""What a revision does to what rests on the document, before it goes live."""

from evals.impact.analysis import Affected, Impact, analyse
from evals.impact.asking import Indexes, Sides, gathering
from evals.impact.elsewhere import Others, Revision, others, unbroken, with_others
from evals.impact.judge import GateVerdict, Reason
from evals.impact.resting import Question, Resting, from_answer, from_case, from_cases, from_draft
from evals.impact.supposing import Supposed

__all__ = [
    "Affected",
    "GateVerdict",
    "Impact",
    "Indexes",
    "Others",
    "Question",
    "Reason",
    "Resting",
    "Revision",
    "Sides",
    "Supposed",
    "analyse",
    "from_answer",
    "from_case",
    "from_cases",
    "from_draft",
    "gathering",
    "others",
    "unbroken",
    "with_others",
]
