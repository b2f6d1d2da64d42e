"""Keeping personal data out of logs."""

from __future__ import annotations

import logging
import traceback

from core.personal.masking import mask


class MaskedLog(logging.Filter):
    """Masks what is logged, with the text of an exception; put it on a handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask a record; every record is kept."""
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info and record.exc_info[0] is not None:
            # A formatter takes the text that is there already.
            written = record.exc_text or "".join(traceback.format_exception(*record.exc_info))
            record.exc_text = mask(written).rstrip("\n")
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True
