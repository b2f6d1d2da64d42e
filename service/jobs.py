"""Long work: queued in huey, its progress kept in the records, resumed after a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from core.database import new_id, utc_now
from core.errors import CiteDeskError, FileEncrypted, InternalError, NotFound, Retry
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
    """The queue of the service and its workers.

    The workers are threads of the service, because the embedded Chroma is for one process; the
    parsing they wait for happens in processes of its own.
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
        self._gate = Gate()
        self._stopping = False
        # By job, and here alone: a password is written nowhere, so a restart forgets it.
        self._passwords: dict[str, str] = {}

    def start(self) -> None:
        """Take up what an earlier process left undone, then work through the queue."""
        # The records say what is undone; the queue could still hold what is done, or miss what
        # a killed worker had taken out.
        self._huey.flush()
        for job_id in self._undone():
            self._task(job_id)
        self._consumer = _consumer(self._huey, self._desk.settings.ingest_workers)
        self._consumer.start()

    def stop(self) -> None:
        """Stop taking work up; what is running is finished or resumed at the next start."""
        self._stopping = True
        if self._consumer is not None:
            self._consumer.stop(graceful=False)

    def submit_ingest(self, version_id: str, *, done: bool = False, password: str = "") -> str:
        """Queue the processing of a staged version and return the job's id."""
        return self._submit(_INGEST, version_id, done, password)

    def submit_model_change(self) -> str:
        """Queue the change to the settings' embedding model and return the job's id.

        It waits for the ingests that are under way and holds up those that follow, so no version
        comes in while the index moves.
        """
        return self._submit(_CHANGE_MODEL, None, done=False)

    def _submit(self, kind: str, version_id: str | None, done: bool, password: str = "") -> str:
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
            if password:
                self._passwords[job.id] = password
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
            self._do(job_id, version_id)
        except CiteDeskError as error:
            self._after(job_id, error, attempts)
        except Exception:
            # What fails because everything is being closed is no defect.
            if not self._stopping:
                log.exception("job %s failed by a defect", job_id)
            defect = InternalError("The job could not be done.", "See the service's log.")
            self._after(job_id, defect, attempts)
        else:
            self._passwords.pop(job_id, None)
            self._note(job_id, state="done", progress=1.0, error=None)

    def _do(self, job_id: str, version_id: str | None) -> None:
        if version_id is None:
            with self._gate.alone():
                change_model(self._desk, self._reporter(job_id))
            return
        password = self._passwords.get(job_id, "")
        with self._gate.together():
            try:
                self._desk.pipeline.process(
                    version_id, password=password, progress=self._reporter(job_id)
                )
            except FileEncrypted as error:
                if password:
                    raise
                raise FileEncrypted(
                    error.message, "Hand the file in again, with its password."
                ) from error

    def _after(self, job_id: str, error: CiteDeskError, attempts: int) -> None:
        """Note what went wrong, and raise it where huey is to try again."""
        if self._stopping:
            # Left as running, so that the next start takes it up.
            return
        log.warning("job %s: %s", job_id, error.code)
        if error.retry is Retry.TRANSIENT and attempts <= _RETRIES:
            self._note(job_id, state="queued", error=error.as_dict())
            raise error
        self._passwords.pop(job_id, None)
        self._note(job_id, state="failed", error=error.as_dict())

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


class Gate:
    """Lets many pass together, or one alone; who wants to be alone goes before who comes later."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Be inside with others of this kind."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be inside with nobody else."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._inside)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._waiting -= 1
                self._changed.notify_all()


def _consumer(huey: Any, workers: int) -> Any:
    from huey.consumer import Consumer

    class ThreadConsumer(Consumer):  # type: ignore[misc]
        """huey's consumer as threads of this process; signals stay with the web server."""

        def _set_signal_handlers(self) -> None:
            pass

    return ThreadConsumer(
        huey,
        workers=workers,
        periodic=False,
        initial_delay=0.05,
        max_delay=0.5,
        worker_type="thread",
    )
