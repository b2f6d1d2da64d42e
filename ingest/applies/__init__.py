"""What a document says it applies to: products, models, regions, firmware, contract dates."""

from ingest.applies.reading import read_applicability
from ingest.applies.sections import Narrowing

__all__ = ["Narrowing", "read_applicability"]
