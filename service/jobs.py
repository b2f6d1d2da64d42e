"""Long work: queued in huey, its progress kept in the records, resumed after a restart."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from core.database import new_id, utc_now
from core.disk import disk_watched
from core.errors import CiteDeskError, DiskFull, FileEncrypted, InternalError, NotFound, Retry
from core.ports import Progress
from service.desk import Desk
from service.model_change import GRACE_S, change_model
from service.tables import JobRow
from service.turns import Turns

log = logging.getLogger("citedesk.jobs")

_INGEST = "ingest"
_CHANGE_MODEL = "change_model"
_SCAN = "scan_conflicts"
_TUNE = "tune"
EVALUATE = "evaluate"
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
        self._task = self._huey.task(name="run_job")(self.run)
        self._consumer: Any = None
        self._turns = Turns()
        self._stopping = False
        # By job, and here alone: a password is written nowhere, so a restart forgets it.
        self._passwords: dict[str, str] = {}
        # By job: why it could be neither queued nor noted, and is held in memory until it can be.
        self._held: dict[str, CiteDeskError] = {}

    def arrivals(self) -> Path:
        """Return the folder for files on their way in; what a killed process left is cleared."""
        folder = self._desk.settings.home / "arriving"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def start(self) -> None:
        """Take up what an earlier process left undone, then work through the queue."""
        shutil.rmtree(self.arrivals(), ignore_errors=True)
        # The records say what is undone; the queue could still hold what is done, or miss what
        # a killed worker had taken out.
        self._huey.flush()
        for job_id in self._undone():
            self._queue(job_id)
        for version_id in self._without_job():
            self.submit_ingest(version_id)
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

    def submit_scan(self) -> str:
        """Queue the search for conflicts between all that is live and return the job's id.

        One that waits or runs already is the one. Where no worker takes jobs up, as in a command
        without a service, it is done before this returns.
        """
        job_id = self._under_way(_SCAN) or self._submit(_SCAN, None, done=False)
        if self._consumer is None:
            self.run(job_id)
        return job_id

    def submit_tuning(self, asked: dict[str, Any]) -> str:
        """Queue tuning the search and return the job's id; one that is under way is the one.

        Where no worker takes jobs up it is done before this returns, and one that is broken off
        there is over.

        Args:
            asked: adapter, dry_run and suite, as :func:`service.tuning.run` takes them.
        """
        if self._consumer is not None and (under_way := self._under_way(_TUNE)):
            return under_way
        job_id = self._submit(_TUNE, None, done=False, asked=asked)
        if self._consumer is None:
            try:
                self.run(job_id)
            except BaseException:
                stopped = InternalError("The tuning was broken off.", "Nothing was changed.")
                self._end(job_id, state="failed", error=stopped.as_dict())
                raise
        return job_id

    def submit_run(self, run_id: str) -> str:
        """Queue what is left of an evaluation run and return the job's id.

        A run that the service's end breaks off goes on at its next start.
        """
        job_id = self._submit(EVALUATE, None, done=False, asked={"run_id": run_id})
        if self._consumer is None:
            self.run(job_id)
        return job_id

    def tuning(self) -> dict[str, Any] | None:
        """Return the last job that tuned the search, as the contract writes jobs."""
        with self._database.read() as session:
            last = session.scalar(
                select(JobRow.id).where(JobRow.kind == _TUNE).order_by(JobRow.id.desc()).limit(1)
            )
        return self.get(last) if last else None

    def _under_way(self, kind: str) -> str | None:
        with self._database.read() as session:
            return session.scalar(
                select(JobRow.id).where(
                    JobRow.kind == kind, JobRow.state.in_(("queued", "running"))
                )
            )

    def reindex(self) -> dict[str, Any]:
        """Rebuild the indexes while no file comes in, and return what that came to."""
        with self._turns.alone():
            return self._desk.reindex(grace_s=GRACE_S)

    def _submit(
        self,
        kind: str,
        version_id: str | None,
        done: bool,
        password: str = "",
        asked: dict[str, Any] | None = None,
    ) -> str:
        now = utc_now()
        job = JobRow(
            id=new_id("job"),
            kind=kind,
            state="done" if done else "queued",
            progress=1.0 if done else 0.0,
            stage="unchanged" if done else "",
            version_id=version_id,
            # Kept where the result will be, so that a restart takes up the same work.
            result={"asked": asked} if asked else None,
            created_at=now,
            updated_at=now,
        )
        with self._database.begin() as session:
            session.add(job)
        if not done:
            if password:
                self._passwords[job.id] = password
            self._queue(job.id)
        return job.id

    def _queue(self, job_id: str, delay_s: float = 0.0) -> None:
        """Put a job into the queue; where that has no room, it is held in memory for a while."""
        try:
            with disk_watched("the queue"):
                if delay_s:
                    self._task.schedule((job_id,), delay=delay_s)
                else:
                    self._task(job_id)
        except DiskFull as error:
            self._hold(job_id, error)
        else:
            self._held.pop(job_id, None)

    def _hold(self, job_id: str, error: CiteDeskError) -> None:
        """Keep a job that the full disk takes no note of, and try again in a while."""
        if self._stopping:
            return
        log.warning("job %s waits: %s", job_id, error.code)
        self._held[job_id] = error
        timer = threading.Timer(_RETRY_DELAY_S, self._queue, (job_id,))
        timer.daemon = True
        timer.start()

    def get(self, job_id: str) -> dict[str, Any]:
        """Return a job as the contract writes it.

        Raises:
            NotFound
        """
        with self._database.read() as session:
            job = session.get(JobRow, job_id)
        if job is None:
            raise NotFound(f"There is no job {job_id[:60]}.", "Upload the file again.")
        held = self._held.get(job_id)
        return {
            "job_id": job.id,
            "state": "queued" if held else job.state,
            "stage": job.stage,
            "progress": round(job.progress, 3),
            "version_id": job.version_id,
            "result": job.result,
            "error": held.as_dict() if held else job.error,
        }

    def run(self, job_id: str) -> None:
        """Do one job; called by the worker."""
        try:
            begun = self._begin(job_id)
        except DiskFull as error:
            self._hold(job_id, error)
            return
        if begun is None:
            return
        kind, version_id, attempts = begun
        try:
            result = self._do(job_id, kind, version_id)
        except CiteDeskError as error:
            self._after(job_id, error, attempts)
        except Exception:
            # What fails because everything is being closed is no defect.
            if not self._stopping:
                log.exception("job %s failed by a defect", job_id)
            defect = InternalError("The job could not be done.", "See the service's log.")
            self._after(job_id, defect, attempts)
        else:
            self._end(job_id, state="done", progress=1.0, error=None, result=result)

    def _begin(self, job_id: str) -> tuple[str, str | None, int] | None:
        """Note that a job runs; return kind, version and attempts so far, None if it is over."""
        with self._database.begin() as session:
            job = session.get(JobRow, job_id)
            if job is None or job.state in ("done", "failed"):
                return None
            job.state, job.attempts, job.updated_at = "running", job.attempts + 1, utc_now()
            return job.kind, job.version_id, job.attempts

    def _end(self, job_id: str, **values: Any) -> None:
        """Note how a job ended; where that cannot be noted it is done again, which is safe."""
        try:
            self._note(job_id, **values)
        except DiskFull as error:
            self._hold(job_id, error)
        else:
            self._passwords.pop(job_id, None)

    def _do(self, job_id: str, kind: str, version_id: str | None) -> dict[str, Any] | None:
        """Do the work of a job; return what it found, if it is one that finds something."""
        if kind == _SCAN:
            with self._turns.together():
                return self._desk.conflicts.scan(self._reporter(job_id))
        if kind == _TUNE:
            return self._tune(job_id)
        if kind == EVALUATE:
            return self._evaluate(job_id)
        if version_id is None:
            with self._turns.alone():
                change_model(self._desk, self._reporter(job_id))
            return None
        password = self._passwords.get(job_id, "")
        with self._turns.together():
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
            self._desk.conflicts.look(version_id)
            self._desk.identities.look(version_id)
        return None

    def _tune(self, job_id: str) -> dict[str, Any]:
        from service import tuning

        asked = (self.get(job_id)["result"] or {}).get("asked", {})
        # The indexes may change with the files that come in, and must not be others.
        with self._turns.together():
            found = tuning.run(self._desk, **asked, progress=self._reporter(job_id))
        return {"asked": asked, **found}

    def _evaluate(self, job_id: str) -> dict[str, Any]:
        asked = (self.get(job_id)["result"] or {}).get("asked", {})
        # The indexes must not be rebuilt under it; what is published meanwhile is noted.
        with self._turns.together():
            self._desk.evaluations.go(asked["run_id"], self._reporter(job_id))
        return {"asked": asked, "run_id": asked["run_id"]}

    def _after(self, job_id: str, error: CiteDeskError, attempts: int) -> None:
        """Note what went wrong, and queue the job again where that may help."""
        if self._stopping:
            # Left as running, so that the next start takes it up.
            return
        log.warning("job %s: %s", job_id, error.code)
        if error.retry is Retry.TRANSIENT and attempts <= _RETRIES:
            try:
                self._note(job_id, state="queued", error=error.as_dict())
            except DiskFull as full:
                self._hold(job_id, full)
            else:
                self._queue(job_id, _RETRY_DELAY_S)
            return
        self._end(job_id, state="failed", error=error.as_dict())

    def _without_job(self) -> list[str]:
        """Return versions that were staged and whose process ended before they became a job."""
        with self._database.read() as session:
            busy = set(
                session.scalars(
                    select(JobRow.version_id).where(JobRow.state.in_(("queued", "running")))
                )
            )
        return [v.id for v in self._desk.records.unfinished() if v.id not in busy]

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
            # How far it is may go unsaid; what it writes itself will tell of a full disk.
            with suppress(DiskFull):
                self._note(job_id, stage=stage, progress=fraction)

        return report

    def _note(self, job_id: str, **values: Any) -> None:
        with self._database.begin() as session:
            session.execute(
                update(JobRow).where(JobRow.id == job_id).values(updated_at=utc_now(), **values)
            )


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
