"""Personal data in what people write: found, and masked before it is kept or sent."""

from core.personal.finding import find
from core.personal.kinds import Personal, PersonalKind
from core.personal.known import KnownValues
from core.personal.masking import Masker, mask
from core.personal.privacy import Privacy

__all__ = ["KnownValues", "Masker", "Personal", "PersonalKind", "Privacy", "find", "mask"]
