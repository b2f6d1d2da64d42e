"""Records against indexes: what is live is wholly in both, where its audience looks."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.errors import CiteDeskError, IndexCorrupt
from core.ports import silent
from corpus.rows import VersionRecord
from service import tuned
from service.desk import Desk
from service.doctor.findings import Report, Severity, some
from service.model_change import complete_indexes, lacks_questions, lacks_tokens

_PROBE = 200
"""Characters of a live passage by which each audience is asked."""
_BY_ITSELF = "The service does it by itself; citedesk doctor --fix does it now."


@dataclass
class _Held:
    """What the indexes hold: of each audience, how much of each version."""

    vectors: dict[str, dict[str, int]] = field(default_factory=dict)
    words: dict[str, dict[str, int]] = field(default_factory=dict)
    questions: dict[str, dict[str, int]] = field(default_factory=dict)
    tokens: dict[str, dict[str, int]] = field(default_factory=dict)

    def whole(
        self, version: VersionRecord, answers: Mapping[str, int] | None, *, tokens: bool
    ) -> bool:
        """Say whether every passage of a version is in all indexes of its audience.

        Args:
            version: what is looked for.
            answers: how many questions it has for each audience, None where nobody knows yet.
            tokens: whether its passages' tokens must be there too.
        """
        counts = version.by_audience()
        wanted = [(self.vectors, counts), (self.words, counts)]
        wanted += [] if answers is None else [(self.questions, dict(answers))]
        wanted += [(self.tokens, counts)] if tokens else []
        return all(
            held.get(audience, {}).get(version.id, 0) == count.get(audience, 0)
            for held, count in wanted
            for audience in version.places()
        )

    def places(self) -> set[tuple[str, str]]:
        """Return each audience and version with anything in any index."""
        return {
            (audience, version)
            for held in (self.vectors, self.words, self.questions, self.tokens)
            for audience, versions in held.items()
            for version in versions
        }


def check_indexes(report: Report, desk: Desk, *, alone: bool) -> None:
    """Find live versions that are not wholly findable, and what the indexes hold besides."""
    report.checked.append("indexes")
    _tuned(report, desk)
    try:
        _complete(report, desk)
        _compare(report, desk, alone=alone)
        _ask(desk)
    except IndexCorrupt as error:
        _rebuild(report, desk, error, alone=alone)


def _tuned(report: Report, desk: Desk) -> None:
    from retrieval.standard import default_learnt

    fingerprint = desk.embedder.fingerprint
    try:
        kept = tuned.current(desk.settings)
    except CiteDeskError as error:
        report.failed(error)
        return
    why = tuned.stale(kept, default_learnt(fingerprint), fingerprint) if kept else ""
    if why:
        report.add(
            "TUNED_STALE",
            f"What was tuned to this house is not used: {why}.",
            "Run citedesk tune again; citedesk tune --undo lets it go.",
            severity=Severity.NOTE,
        )


def _complete(report: Report, desk: Desk) -> None:
    questions, tokens = lacks_questions(desk.settings), lacks_tokens(desk)
    if report.fix:
        complete_indexes(desk, silent)
    if questions:
        report.add(
            "INDEX_QUESTIONS",
            "What passages answer is not all indexed yet; they are found by their text and words.",
            _BY_ITSELF,
            severity=Severity.NOTE,
            mended=report.fix,
        )
    if tokens:
        report.add(
            "INDEX_TOKENS",
            "The passages' tokens are not all made yet; what is found is in a poorer order.",
            _BY_ITSELF,
            severity=Severity.NOTE,
            mended=report.fix,
        )


def _compare(report: Report, desk: Desk, *, alone: bool) -> None:
    before = {v.id: v for v in _indexed(desk)}
    held = _held(desk)
    # Read again: what came in or went meanwhile is not what was held.
    after = {v.id: v for v in _indexed(desk)}
    tokens = desk.tokens is not None and not lacks_tokens(desk)
    broken = [
        v
        for v in after.values()
        if v.id in before and not held.whole(v, _answers(desk, v), tokens=tokens)
    ]
    live = desk.live.current().versions
    outdated = [desk.records.version(v) for v in live if v not in after]
    wanted = [v.id for v in broken if v.id in live] + [v.id for v in outdated]
    spare = [v for v in broken if v.id not in live]
    if report.fix:
        desk.pipeline.reindex(wanted)
        for version in spare:
            # What does not serve is indexed again when somebody goes back to it.
            desk.records.mark_indexed(version.id, "")
            for audience in version.places():
                desk.pipeline.forget(audience, version.id)
    if wanted:
        report.add(
            "INDEX_INCOMPLETE",
            f"{len(wanted)} live versions are not wholly in the indexes: {some(wanted)}.",
            "citedesk doctor --fix indexes them from the records.",
            mended=report.fix,
        )
    if spare:
        report.add(
            "INDEX_STALE",
            f"{len(spare)} versions that do not serve are not wholly in the indexes.",
            "citedesk doctor --fix takes them out; publishing one indexes it again.",
            severity=Severity.NOTE,
            mended=report.fix,
        )
    _sweep(report, desk, held, set(after), alone=alone)


def _sweep(report: Report, desk: Desk, held: _Held, indexed: set[str], *, alone: bool) -> None:
    under_way = set() if alone else {v.id for v in desk.records.unfinished()}
    left, strange = [], []
    for audience, version_id in sorted(held.places()):
        if version_id in under_way:
            continue
        version = _known(desk, version_id)
        if version is None or audience not in version.by_audience():
            strange.append((audience, version_id))
        elif version_id not in indexed and not version.indexed_with:
            left.append((audience, version_id))
    if report.fix:
        for audience, version_id in (*left, *strange):
            desk.pipeline.forget(audience, version_id)
    if strange:
        report.add(
            "INDEX_STRAY",
            f"Indexes hold versions that are not their audience's: {some([v for _, v in strange])}."
            " Nothing finds them, but they do not belong there.",
            "citedesk doctor --fix takes them out.",
            mended=report.fix,
        )
    if left:
        report.add(
            "INDEX_LEFTOVERS",
            f"The indexes still hold {len(left)} versions that were taken out or never finished. "
            "Nothing finds them.",
            "citedesk doctor --fix takes them out.",
            severity=Severity.NOTE,
            mended=report.fix,
        )


def _ask(desk: Desk) -> None:
    """Ask each audience for a passage that it has; a damaged index says so."""
    asked: set[str] = set()
    for version in desk.live.current().versions.values():
        chunks = (
            [] if version.audience in asked else desk.records.at_ordinals(version.version_id, [0])
        )
        if chunks:
            asked.add(version.audience)
            desk.retriever.search(chunks[0].text[:_PROBE], top=1, audiences=[version.audience])


def _rebuild(report: Report, desk: Desk, error: CiteDeskError, *, alone: bool) -> None:
    mended = False
    if report.fix and alone:
        desk.discard_indexes()
        for folder in (desk.settings.home / "index").iterdir():
            shutil.rmtree(folder, ignore_errors=True)
        desk.records.forget_indexes()
        desk.pipeline.reindex(list(desk.live.current().versions))
        _ask(desk)
        mended = True
    report.add(
        error.code,
        error.message,
        "Stop the service, then run citedesk doctor --fix: it builds the indexes from the records.",
        mended=mended,
    )


def _held(desk: Desk) -> _Held:
    held = _Held()
    for audience in desk.indexer.audiences():
        found = desk.indexer.holdings(audience)
        held.vectors[audience], held.words[audience] = found.vectors, found.words
        held.questions[audience], held.tokens[audience] = found.questions, found.tokens
    return held


def _answers(desk: Desk, version: VersionRecord) -> Mapping[str, int] | None:
    from retrieval.questions import counted

    if lacks_questions(desk.settings):
        return None
    return counted(desk.records.version_chunks(version.id))


def _indexed(desk: Desk) -> Iterable[VersionRecord]:
    for version_id in desk.records.indexed_versions(desk.indexer.fingerprint):
        yield desk.records.version(version_id)


def _known(desk: Desk, version_id: str) -> VersionRecord | None:
    try:
        return desk.records.version(version_id)
    except CiteDeskError:
        return None
