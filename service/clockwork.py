"""What the service does by itself as time goes by: dates take effect with nobody awake."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from core.database import utc_now
from core.errors import CiteDeskError

if TYPE_CHECKING:
    from service.desk import Desk

log = logging.getLogger("citedesk.clockwork")

PERIOD_S = 60.0
_SHORTEST_S = 1.0


class Clockwork:
    """Sweeps every minute, and when the clock alone changes what is live; in a thread."""

    def __init__(self, desk: Desk, period_s: float = PERIOD_S) -> None:
        self._desk = desk
        self._period_s = period_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clockwork", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the sweep that runs now."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> None:
        """Sweep once; what goes wrong is logged, and tried again at the next tick."""
        try:
            self._desk.conflicts.retry()
            done = {**self._desk.tasks.sweep(), "cases": self._desk.feedback.catch_up()}
            self._desk.insights.sweep()
        except CiteDeskError as error:
            log.warning("the sweep did not succeed: %s", error.code)
        except Exception:
            # A defect here must not end what keeps the dates.
            log.exception("the sweep met a defect")
        else:
            if any(done.values()):
                log.info("sweep: %s", done)

    def _run(self) -> None:
        while not self._over.is_set():
            self.tick()
            self._over.wait(self._pause())

    def _pause(self) -> float:
        try:
            until = self._desk.live.current().until
        except CiteDeskError:
            return self._period_s
        left = (until - utc_now()).total_seconds() if until else self._period_s
        return max(min(left, self._period_s), min(_SHORTEST_S, self._period_s))
