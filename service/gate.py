"""The release gate: what a release changes or breaks, found out before it is made."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import GateClosed
from corpus.diff.between import Diffs
from service.audiences import EVERYTHING, sees
from service.impacts import Impacts
from service.shared_runs import Wanted, always

if TYPE_CHECKING:
    from answer.approved import ApprovedAnswer
    from service.parts import Parts

_SHOWN = 5
_LONGEST = 80

Told = Mapping[str, Any]
"""What a notice says of a release: ``move``, ``title``, ``version_id`` (None of a withdrawal),
``by``, and ``begins`` where it takes effect later."""


class Gate:
    """Finds out what releases do to approved answers, cases and drafts."""

    def __init__(self, parts: Parts, diffs: Diffs) -> None:
        self._parts = parts
        self._impacts = Impacts(parts, diffs)

    def impact(self, version_id: str, wanted: Wanted = always) -> dict[str, Any]:
        """Return what publishing a version would do, as the contract writes it.

        Args:
            version_id: what would be published.
            wanted: whether the caller still waits. All who ask at once wait for one run, and it
                ends early when none of them wants it any more.

        Raises:
            NotFound: there is no such version.
            CancelledError: the caller waits no more.
        """
        return self._impacts.of_version(version_id, wanted)

    def withdrawal(self, document_id: str, wanted: Wanted = always) -> dict[str, Any]:
        """Return what withdrawing a document would do; arguments and errors as above."""
        return self._impacts.of_withdrawal(document_id, wanted)

    def known(self, version_id: str) -> dict[str, Any] | None:
        """Return what publishing a version would do, if that has been found out already."""
        return self._impacts.known(version_id)

    def progress(self, subject: str) -> tuple[int, int] | None:
        """Return how many questions have been asked, and of how many; None where nothing runs.

        The subject is the version that would be published, or the document withdrawn.
        """
        return self._impacts.progress(subject)

    def close(self) -> None:
        """Let what is being found out end early."""
        self._impacts.close()

    def require_open(
        self,
        body: dict[str, Any],
        *,
        force: bool,
        reason: str,
        by: str,
        sight: Container[str] = EVERYTHING,
    ) -> None:
        """Let a release through that breaks nothing, or one that somebody answers for.

        What rests on passages outside ``sight`` is counted, never named.

        Raises:
            GateClosed: it breaks something, and nobody has given a reason.
        """
        broken = [entry for entry in body["affected"] if entry["verdict"] == "broke"]
        if not broken or (force and reason.strip() and by.strip()):
            return
        named = _named(broken, sight)
        raise GateClosed(
            f"This would break {len(broken)} that rest on what it changes: {named}.",
            "See them with citedesk impact. To go on all the same, use --force with --reason.",
        )

    def released(self, document_id: str, told: Told, body: dict[str, Any] | None) -> None:
        """Mark the answers that no longer stand as stale, and tell whom it concerns.

        Where it was not found out before what the release would do (``body`` is None), those are
        told who approved the answers that it made stale.
        """
        moved = self.refresh(document_id)
        entries = _stale(moved) if body is None else body["affected"]
        for person, theirs in _by_person(entries):
            said = {"document_id": document_id, **told, "affected": theirs}
            self._parts.notices.add([person], "release", said)

    def refresh(self, document_id: str = "") -> list[ApprovedAnswer]:
        """Mark stale what no longer stands and restore what stands again; return what moved."""
        from answer.approved import AnswerState

        answers, serving = self._parts.approved_answers, self._parts.approved_serving
        moved = []
        for answer in answers.every([AnswerState.APPROVED, AnswerState.STALE]):
            if document_id and all(c.document_id != document_id for c in answer.citations):
                continue
            stands = serving.standing(answer) is not None
            if answer.state is AnswerState.APPROVED and not stands:
                moved.append(answers.mark_stale(answer.id, "what it cites has changed"))
            elif answer.state is AnswerState.STALE and stands:
                moved.append(answers.restore(answer.id))
        return moved


def _named(broken: Sequence[Mapping[str, Any]], sight: Container[str]) -> str:
    """Name what breaks, the cases first: they are what a release is held to."""
    seen = [entry for entry in broken if sees(sight, entry["audience"])]
    cases = [entry for entry in seen if entry["kind"] == "case"]
    others = [entry for entry in seen if entry["kind"] != "case"]
    named = [_called(entry) for entry in (*cases[:_SHOWN], *others[:_SHOWN])]
    if more := len(seen) - len(named):
        named.append(f"{more} more")
    if hidden := len(broken) - len(seen):
        named.append(f"{hidden} that you may not see")
    return ", ".join(named[:-1]) + f" and {named[-1]}" if len(named) > 1 else named[0]


def _called(entry: Mapping[str, Any]) -> str:
    question = " ".join(str(entry["question"]).split())
    short = question if len(question) <= _LONGEST else f"{question[:_LONGEST]}…"
    return f"{entry['kind']} {entry['id']} ({short})"


def _stale(moved: Sequence[ApprovedAnswer]) -> list[dict[str, Any]]:
    from answer.approved import AnswerState

    return [
        {
            "kind": "answer",
            "id": answer.id,
            "question": answer.question,
            "verdict": "changed",
            "people": [answer.by],
        }
        for answer in moved
        if answer.state is AnswerState.STALE and answer.by
    ]


def _by_person(
    affected: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for entry in affected:
        if entry["verdict"] == "pass":
            continue
        short = {name: entry[name] for name in ("kind", "id", "question", "verdict")}
        for person in entry["people"]:
            told.setdefault(person, []).append(short)
    yield from told.items()
