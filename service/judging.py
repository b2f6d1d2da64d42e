"""The judge that the settings name, and what people say of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from service.audiences import EVERYTHING

if TYPE_CHECKING:
    from answer.generative.guard import Guard
    from evals.judging.base import Judge
    from evals.judging.calibrating import Calibration
    from evals.judging.labels import Label, Labels
    from evals.records import CaseRecord
    from evals.remarks import Remark
    from evals.reports import Reports
    from service.parts import Parts
    from service.settings import Settings


def judge_place(settings: Settings) -> tuple[str, str, str] | None:
    """Return address, model and key of the judge that is set; None where none is.

    The drafts' own model judges only where that is said explicitly.
    """
    if settings.judge_base_url and settings.judge_model:
        key = settings.judge_api_key.get_secret_value()
        return settings.judge_base_url, settings.judge_model, key
    if settings.judge_uses_llm and settings.llm_base_url and settings.llm_model:
        key = settings.llm_api_key.get_secret_value()
        return settings.llm_base_url, settings.llm_model, key
    return None


def judge_name(settings: Settings) -> str:
    """Return what the judge's model and prompts are known by; empty where there is no judge."""
    from evals.judging.prompting import judge_fingerprint

    place = judge_place(settings)
    return judge_fingerprint(place[1]) if place else ""


def judge_guard(settings: Settings) -> Guard:
    """Return what holds back the calls to the judge, for all runs."""
    from answer.generative.guard import Guard

    return Guard(at_once=settings.judge_concurrency, failures=5, rest_s=settings.llm_rest_s)


def judge_for_run(parts: Parts, embed: Callable[[Sequence[str]], Any]) -> Judge | None:
    """Return a judge that counts what one run asks of it; None where none is set."""
    place = judge_place(parts.settings)
    if place is None:
        return None
    from evals.judging.ragas_judge import Bench, RagasJudge

    settings = parts.settings
    url, model, key = place
    bench = Bench(
        url,
        model,
        key,
        timeout_s=settings.judge_timeout_s,
        retries=settings.judge_retries,
        most_tokens=settings.judge_max_tokens,
        most_calls=settings.judge_calls,
    )
    return RagasJudge(bench, embed, guard=parts.judge_guard, known=parts.public_values)


class Judging:
    """What people say of the judge, and whether it may gate."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @cached_property
    def _labels(self) -> Labels:
        from evals.judging.labels import Labels

        return Labels(self._parts.database)

    def take(
        self, labels: Sequence[Label], by: str, sight: Container[str] = EVERYTHING, told: str = ""
    ) -> dict[str, Any]:
        """Store labels, all or, where one cannot be taken, none.

        Raises:
            NotFound: there is no such run, or it holds no such case that the caller may see.
            DataInvalid: no judge scored the draft by that metric.
        """
        from evals.reports import Reports
        from service.run_views import record_of, unknown_case

        reports = Reports(self._parts.database)
        runs = {run: reports.get(run) for run in dict.fromkeys(one.run for one in labels)}
        held: list[tuple[Label, CaseRecord, str]] = []
        for one in labels:
            run = runs[one.run]
            record = record_of(run.cases, one.case, sight)
            if record is None:
                raise unknown_case(one.case)
            held.append((one, record, run.fingerprint.get("judge", "")))
        return {"labels": self._labels.give(held, by, told=told)}

    def calibrations(self) -> dict[str, Any]:
        """Return how far judges agree with people, the one that is set first."""
        from evals.judging.base import judged_metrics
        from evals.judging.calibrating import LEAST_KAPPA, LEAST_LABELS

        now = judge_name(self._parts.settings)
        ours = [(now, metric) for metric in judged_metrics()] if now else []
        others = [one for one in self._labels.judges() if one[0] != now]
        return {
            "judge": now,
            "least": {"labels": LEAST_LABELS, "kappa": LEAST_KAPPA},
            "metrics": [
                calibration_json(self._labels.calibration(metric, judge))
                for judge, metric in [*ours, *others]
            ],
        }

    def set_threshold(self, metric: str, threshold: float, by: str) -> dict[str, Any]:
        """Say from which score on a metric counts as right.

        Raises:
            OptionInvalid: no judge gives such a metric.
        """
        self._labels.set_threshold(metric, threshold, by)
        return self.calibrations()

    def why_not(self, judge: str) -> Callable[[str], Remark | None]:
        """Return what says why a metric of a judge may not gate, and None where it may."""
        return lambda metric: self._labels.calibration(metric, judge).doubt

    def said_of(self, run: str, record: CaseRecord, by: str) -> dict[str, Any]:
        """Return what people said of a run's draft, by each metric that it can be labelled by.

        With each: the judge's score, what ``by`` said, how many people did, how many drafts of
        this judge were labelled, and how many must be.
        """
        from evals.judging.calibrating import LEAST_LABELS
        from evals.judging.labels import drafted_in, may_label
        from evals.records import scores_of
        from evals.reports import Reports

        names = sorted(name for name in scores_of(record) if may_label(name, record))
        judge = self._judge_of(Reports(self._parts.database), run) if names else ""
        if not judge:
            return {}
        given = self._labels.said(drafted_in(record, run), str(record["id"]))
        drafts = self._labels.drafts(judge)
        return {
            name: {
                "score": scores_of(record)[name],
                "mine": next((v for metric, who, v in given if (metric, who) == (name, by)), None),
                "people": sum(metric == name for metric, _, _ in given),
                "drafts": drafts.get(name, 0),
                "least": LEAST_LABELS,
            }
            for name in names
        }

    @staticmethod
    def _judge_of(reports: Reports, run: str) -> str:
        return reports.fingerprint(run).get("judge", "")

    def beside_comparison(self, body: dict[str, Any], run: str) -> dict[str, Any]:
        """Add to a comparison how far the judge of the later run agrees with people."""
        from evals.reports import Reports

        return self._beside(body, self._judge_of(Reports(self._parts.database), run))

    def beside(self, report: dict[str, Any]) -> dict[str, Any]:
        """Add to a report, by each judged metric, how far its judge agrees with people."""
        return self._beside(report, str(report["fingerprint"].get("judge", "")))

    def _beside(self, report: dict[str, Any], judge: str) -> dict[str, Any]:
        from evals.judging.base import judged_metrics

        for name in judged_metrics():
            if name in report["metrics"]:
                found = self._labels.calibration(name, judge)
                report["metrics"][name]["agreement"] = calibration_json(found)
        return report


def calibration_json(found: Calibration) -> dict[str, Any]:
    """Return how far a judge agrees with people as one JSON object."""
    from core.serial import to_json
    from evals.judging.calibrating import LEAST_KAPPA, LEAST_LABELS

    written: dict[str, Any] = to_json(found)
    return {
        **written,
        "n": found.drafts,
        "least": {"labels": LEAST_LABELS, "kappa": LEAST_KAPPA},
        "calibrated": found.calibrated,
        "why_not": found.why_not,
    }
