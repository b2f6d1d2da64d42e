"""Opening what a command works on, and closing it however the command ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.backend import Backend


@contextmanager
def backend() -> Iterator[Backend]:
    """Yield the running service, or the store opened for this command."""
    from service.backend import connect
    from service.settings import load_settings
    from service.startup import log_to_stderr

    settings, _ = load_settings()
    log_to_stderr(settings.log_level, masked=settings.mask_personal_data)
    opened = connect(settings)
    try:
        yield opened
    finally:
        opened.close()
