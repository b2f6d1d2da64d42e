"""Personal data in what people write: found, and masked before it is kept or sent."""

from core.personal.finding import find
from core.personal.kinds import Personal, PersonalKind
from core.personal.masking import Masker, mask, masked_questions

__all__ = ["Masker", "Personal", "PersonalKind", "find", "mask", "masked_questions"]
