"""Long work: queued in huey, its progress kept in the records, resumed after a restart."""

from __future__ import annotations

import logging
import time
from typing import Any

from sqlalchemy import select, update

from core.database import new_id, utc_now
from core.errors import CiteDeskError, InternalError, NotFound, Retry
from core.ports import Progress
from service.desk import Desk
from service.model_change import change_model
from service.tables import JobRow

log = logging.getLogger("citedesk.jobs")

_INGEST = "ingest"
_CHANGE_MODEL = "change_model"
_RETRIES = 3
_RETRY_DELAY_S = 10
_WRITE_EVERY_S = 0.3


class Jobs:
    """The queue of the service and its worker.

    The worker is a thread of the service, because the embedded Chroma is for one process.
    """

    def __init__(self, desk: Desk) -> None:
        from huey import SqliteHuey

        self._desk = desk
        self._database = desk.database
        path = desk.settings.home / "queue.db"
        self._huey = SqliteHuey("citedesk", filename=str(path), results=False)
        self._task = self._huey.task(name="run_job", retries=_RETRIES, retry_delay=_RETRY_DELAY_S)(
            self.run
        )
        self._consumer: Any = None

    def start(self) -> None:
        """Take up what an earlier process left undone, then work through the queue."""
        # The records say what is undone; the queue could still hold what is done, or miss what
        # a killed worker had taken out.
        self._huey.flush()
        for job_id in self._undone():
            self._task(job_id)
        self._consumer = _consumer(self._huey)
        self._consumer.start()

    def stop(self) -> None:
        """Stop taking work up; what is running is finished or resumed at the next start."""
        if self._consumer is not None:
            self._consumer.stop(graceful=False)

    def submit_ingest(self, version_id: str, *, done: bool = False) -> str:
        """Queue the processing of a staged version and return the job's id."""
        return self._submit(_INGEST, version_id, done)

    def submit_model_change(self) -> str:
        """Queue the change to the settings' embedding model and return the job's id.

        It takes its turn between ingests, so no version comes in while the index moves.
        """
        return self._submit(_CHANGE_MODEL, None, done=False)

    def _submit(self, kind: str, version_id: str | None, done: bool) -> str:
        now = utc_now()
        job = JobRow(
            id=new_id("job"),
            kind=kind,
            state="done" if done else "queued",
            progress=1.0 if done else 0.0,
            stage="unchanged" if done else "",
            version_id=version_id,
            created_at=now,
            updated_at=now,
        )
        with self._database.begin() as session:
            session.add(job)
        if not done:
            self._task(job.id)
        return job.id

    def get(self, job_id: str) -> dict[str, Any]:
        """Return a job as the contract writes it.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            job = session.get(JobRow, job_id)
        if job is None:
            raise NotFound(f"There is no job {job_id[:60]}.", "Upload the file again.")
        return {
            "job_id": job.id,
            "state": job.state,
            "stage": job.stage,
            "progress": round(job.progress, 3),
            "version_id": job.version_id,
            "error": job.error,
        }

    def run(self, job_id: str) -> None:
        """Do one job; called by the worker."""
        with self._database.begin() as session:
            job = session.get(JobRow, job_id)
            if job is None or job.state in ("done", "failed"):
                return
            job.state, job.attempts, job.updated_at = "running", job.attempts + 1, utc_now()
            version_id, attempts = job.version_id, job.attempts
        try:
            if version_id is None:
                change_model(self._desk, self._reporter(job_id))
            else:
                self._desk.pipeline.process(version_id, progress=self._reporter(job_id))
        except CiteDeskError as error:
            log.warning("job %s: %s", job_id, error.code)
            if error.retry is Retry.TRANSIENT and attempts <= _RETRIES:
                self._note(job_id, state="queued", error=error.as_dict())
                raise
            self._note(job_id, state="failed", error=error.as_dict())
        except Exception:
            log.exception("job %s failed by a defect", job_id)
            defect = InternalError("The job could not be done.", "See the service's log.")
            self._note(job_id, state="failed", error=defect.as_dict())
        else:
            self._note(job_id, state="done", progress=1.0, error=None)

    def _undone(self) -> list[str]:
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(JobRow.id)
                    .where(JobRow.state.in_(("queued", "running")))
                    .order_by(JobRow.id)
                )
            )

    def _reporter(self, job_id: str) -> Progress:
        last_stage, last_time = "", 0.0

        def report(stage: str, fraction: float) -> None:
            nonlocal last_stage, last_time
            now = time.monotonic()
            if stage == last_stage and now - last_time < _WRITE_EVERY_S:
                return
            last_stage, last_time = stage, now
            self._note(job_id, stage=stage, progress=fraction)

        return report

    def _note(self, job_id: str, **values: Any) -> None:
        with self._database.begin() as session:
            session.execute(
                update(JobRow).where(JobRow.id == job_id).values(updated_at=utc_now(), **values)
            )


def _consumer(huey: Any) -> Any:
    from huey.consumer import Consumer

    class ThreadConsumer(Consumer):  # type: ignore[misc]
        """huey's consumer as threads of this process; signals stay with the web server."""

        def _set_signal_handlers(self) -> None:
            pass

    return ThreadConsumer(
        huey, workers=1, periodic=False, initial_delay=0.05, max_delay=0.5, worker_type="thread"
    )
