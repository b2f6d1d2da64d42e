"""What people say of judged drafts: stored, and made into calibrations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select

from core.database import Database, utc_now
from core.errors import DataInvalid, OptionInvalid
from corpus.audit import note
from evals.judging.base import judged_metrics
from evals.judging.calibrating import THRESHOLD, Calibration, Labelled, calibrate
from evals.judging.tables import LabelRow, ThresholdRow
from evals.records import CaseRecord, scores_of


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody says of a draft by one metric."""

    run: str
    case: str
    metric: str
    value: float
    """In [0, 1]: 1 is right, 0 is wrong."""
    by: str = ""
    """Empty is whoever hands it in."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    run: str = Field(min_length=1, max_length=100)
    case: str = Field(min_length=1, max_length=200)
    metric: str = Field(min_length=1, max_length=100)
    value: float = Field(ge=0, le=1)
    by: str = Field("", max_length=200)


def parse_labels(text: str, name: str) -> Iterator[Label]:
    """Yield the labels of JSON lines with run, case, metric, value and, where it is another, by.

    Raises:
        DataInvalid: a line is not a label; says which.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            read = _Line.model_validate_json(line)
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the line"
            raise DataInvalid(
                f"{name} line {number}: {place}: {first['msg']}.", "Correct the line."
            ) from exc
        yield Label(read.run, read.case, read.metric, read.value, read.by)


class Labels:
    """Stores labels; who labels a draft again changes their mind."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def give(
        self, labels: Iterable[tuple[Label, CaseRecord, str]], by: str, *, told: str = ""
    ) -> int:
        """Store labels, each with the record of its case and the judge of its run, or none.

        Raises:
            DataInvalid: one is of a metric that no judge gave, or of a draft without its score.
        """
        now = self._clock()
        rows = [_row(*one, by, now) for one in labels]
        with self._database.begin() as session:
            for row in rows:
                session.merge(row)
            note(
                session,
                "label_drafts",
                kind="judge",
                object_id=rows[0].judge if rows else "",
                by=by,
                reason=told,
                detail={"labels": len(rows)},
                at=now,
            )
        return len(rows)

    def of(self, judge: str, metric: str) -> list[Labelled]:
        """Return the drafts that people labelled of one judge's metric."""
        wanted = (
            select(LabelRow)
            .where(LabelRow.judge == judge, LabelRow.metric == metric)
            .order_by(LabelRow.run_id, LabelRow.case_id)
        )
        drafts: defaultdict[tuple[str, str], list[LabelRow]] = defaultdict(list)
        with self._database.read() as session:
            for row in session.scalars(wanted):
                drafts[row.run_id, row.case_id].append(row)
        return [
            Labelled(
                rows[0].score,
                sum(row.value for row in rows) / len(rows),
                rows[0].language,
                len(rows),
            )
            for rows in drafts.values()
        ]

    def said(self, run: str, case: str) -> list[tuple[str, str, float]]:
        """Return what people said of a draft: metric, who, and the label."""
        wanted = select(LabelRow.metric, LabelRow.by, LabelRow.value).where(
            LabelRow.run_id == run, LabelRow.case_id == case
        )
        with self._database.read() as session:
            return [(metric, by, value) for metric, by, value in session.execute(wanted)]

    def drafts(self, judge: str) -> dict[str, int]:
        """Return how many drafts people labelled of one judge, by metric."""
        each = (
            select(LabelRow.metric, LabelRow.run_id, LabelRow.case_id)
            .where(LabelRow.judge == judge)
            .distinct()
            .subquery()
        )
        counted = select(each.c.metric, func.count()).group_by(each.c.metric)
        with self._database.read() as session:
            return {str(metric): int(count) for metric, count in session.execute(counted)}

    def calibration(self, metric: str, judge: str) -> Calibration:
        """Return how far a judge and people agree on a metric."""
        return calibrate(metric, judge, self.of(judge, metric), self.threshold(metric))

    def judges(self) -> list[tuple[str, str]]:
        """Return each judge and metric that there is a label of, sorted."""
        wanted = select(LabelRow.judge, LabelRow.metric).distinct()
        with self._database.read() as session:
            return sorted((judge, metric) for judge, metric in session.execute(wanted))

    def threshold(self, metric: str) -> float:
        """Return from which score on a metric counts as right."""
        with self._database.read() as session:
            row = session.get(ThresholdRow, metric)
            return row.threshold if row is not None else THRESHOLD

    def set_threshold(self, metric: str, threshold: float, by: str) -> None:
        """Say from which score on a metric counts as right.

        Raises:
            OptionInvalid: no judge gives such a metric.
        """
        if metric not in judged_metrics():
            raise OptionInvalid(
                f"{metric[:80]!r} is not a judged metric.",
                f"Choose one of: {', '.join(judged_metrics())}.",
            )
        now = self._clock()
        with self._database.begin() as session:
            session.merge(ThresholdRow(metric=metric, threshold=threshold, by=by, at=now))
            note(
                session,
                "set_threshold",
                kind="judge",
                object_id=metric,
                by=by,
                reason="",
                detail={"threshold": threshold},
                at=now,
            )


def drafted_in(record: CaseRecord, run: str) -> str:
    """Return the run that drafted a case: another one, where its record was taken over."""
    return str(record.get("taken_from") or run)


def may_label(metric: str, record: CaseRecord) -> bool:
    """Say whether the draft of a record has a judge's score by a metric that a label can meet."""
    # What was not answered has a score by the rule, but for what was found.
    judged = metric in judged_metrics() and metric in scores_of(record)
    return judged and (record["got"] == "answered" or "context" in metric)


def _row(label: Label, record: CaseRecord, judge: str, by: str, now: datetime) -> LabelRow:
    known: Sequence[str] = judged_metrics()
    score = scores_of(record).get(label.metric)
    if label.metric not in known or score is None or not judge:
        raise DataInvalid(
            f"The case {label.case[:80]} of the run {label.run[:60]} has no score of a judge for "
            f"{label.metric[:80]}.",
            f"Label what was judged; judged metrics are: {', '.join(known)}.",
        )
    if not may_label(label.metric, record):
        raise DataInvalid(
            f"The case {label.case[:80]} of the run {label.run[:60]} was not answered, and its "
            "score is not the judge's.",
            "Label drafts that answer.",
        )
    return LabelRow(
        run_id=drafted_in(record, label.run),
        case_id=label.case,
        metric=label.metric,
        by=label.by or by,
        value=label.value,
        score=score,
        judge=judge,
        language=str(record["language"]),
        at=now,
    )
