"""Approving answers: written by hand or taken from a draft, grounded, confirmed, retired."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Any

from core.database import utc_now
from core.errors import AnswerUnsupported, NotFound, OptionInvalid
from core.text import reply_language
from core.types import INTERNAL, PUBLIC, Applicability, Chunk, DraftState
from corpus.diff.units import section_names
from service.audiences import EVERYTHING, audiences_of, narrowest, sees

if TYPE_CHECKING:
    from answer.approved import ApprovedAnswer
    from service.parts import Parts

_LONGEST = 4000
_STILL_SAID = 0.8
"""The share of an answer's words that a passage must hold for one click to confirm it: what was
said of it in other words before it changed is for a person to write anew."""


class Approvals:
    """What QA and knowledge managers do with approved answers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def approve(
        self,
        question: str,
        text: str,
        chunk_ids: Sequence[str],
        *,
        by: str,
        audience: str = "",
        applicability: Applicability | None = None,
        replaces: str | None = None,
        sight: Container[str] = EVERYTHING,
    ) -> dict[str, Any]:
        """Store an answer to a question that rests on these passages, of those that are seen.

        Raises:
            OptionInvalid: question or answer is empty or too long, or the audience too wide.
            AnswerUnsupported: a sentence has no support in the passages.
            NotFound: a passage is not there or not live, or there is nothing to replace.
        """
        from answer.approved import AnswerState, ApprovedAnswer
        from answer.approved.answers import answer_json
        from answer.approved.grounding import ground
        from answer.checking.checker import Checker

        question, text = question.strip(), text.strip()
        if not question or not text or max(len(question), len(text)) > _LONGEST:
            raise OptionInvalid(
                f"An approved answer needs a question and a text of up to {_LONGEST} characters.",
                "Write both.",
            )
        chunks = self._live(chunk_ids, sight)
        grounded = ground(text, chunks, Checker(self._parts.vectors))
        cited = {citation.chunk_id for citation in grounded.citations}
        answer = ApprovedAnswer(
            id="",
            # Others read the question of an answer: what one customer wrote of theirs stays behind.
            question=self._parts.privacy.text(question),
            language=reply_language(question),
            audience=_audience(audience, [c for c in chunks if c.id in cited]),
            sentences=grounded.sentences,
            citations=grounded.citations,
            state=AnswerState.APPROVED,
            by=by,
            at=utc_now(),
            applicability=applicability or Applicability(),
            replaces=replaces,
        )
        return answer_json(self._parts.approved_answers.add(answer))

    def approve_draft(
        self,
        draft_id: str,
        *,
        by: str,
        text: str = "",
        question: str = "",
        audience: str = "",
        sight: Container[str] = EVERYTHING,
    ) -> dict[str, Any]:
        """Store what a draft says, or the text that somebody made of it, as approved.

        Raises:
            NotFound: there is no such draft, or its passages are not live any more.
            OptionInvalid: it answers nothing.
            AnswerUnsupported: the text says more than the draft's evidence.
        """
        body = self._parts.drafts.get(draft_id).body
        asked = question or str(body["question"])
        if body["state"] != DraftState.ANSWERED and not text:
            raise OptionInvalid("This draft answers nothing.", "Write the answer yourself.")
        said = text or "\n".join(sentence["text"] for sentence in body["sentences"])
        evidence = self._parts.drafts.get(draft_id).evidence if text else ()
        chunk_ids = [c["chunk_id"] for c in (*body["citations"], *evidence)]
        return self.approve(asked, said, chunk_ids, by=by, audience=audience, sight=sight)

    def confirm(self, answer_id: str, *, by: str) -> dict[str, Any]:
        """Let a stale answer stand, once the live passages say what it says.

        Raises:
            NotFound: there is no such answer.
            AnswerUnsupported: they no longer do; it has to be rewritten.
        """
        from answer.approved.answers import answer_json
        from answer.approved.grounding import ground
        from answer.checking.checker import Checker

        answer = self._parts.approved_answers.get(answer_id)
        chunks = self._passages_now(answer)
        if not chunks:
            raise AnswerUnsupported(
                "None of the documents that it cites is live.", "Retire it, or write a new one."
            )
        said = "\n".join(sentence.text for sentence in answer.sentences)
        grounded = ground(said, chunks, Checker(self._parts.vectors, minimum=_STILL_SAID))
        self._refuse_broken(answer, said)
        confirmed = self._parts.approved_answers.confirm(
            answer_id, grounded.sentences, grounded.citations, by
        )
        return answer_json(confirmed)

    def retire(self, answer_id: str, *, by: str, why: str = "") -> dict[str, Any]:
        """Serve an answer no more."""
        from answer.approved.answers import answer_json

        return answer_json(self._parts.approved_answers.retire(answer_id, why, by))

    def audience_of(self, answer: ApprovedAnswer) -> str:
        """Return whom an answer is for: a section that it cites may be for fewer people by now."""
        cited = self._parts.records.chunks([c.chunk_id for c in answer.citations])
        return narrowest([answer.audience, *(chunk.audience for chunk in cited.values())])

    def listed(
        self,
        states: Sequence[str] = (),
        after: str = "",
        limit: int = 100,
        sight: Container[str] = EVERYTHING,
    ) -> list[dict[str, Any]]:
        """Return the approved answers that somebody may see, the oldest first.

        Raises:
            OptionInvalid: a state is none.
        """
        from answer.approved import AnswerState
        from answer.approved.answers import answer_json

        try:
            wanted = [AnswerState(state) for state in states]
        except ValueError as exc:
            raise OptionInvalid(
                "There is no such state.", "Choose approved, stale or retired."
            ) from exc
        found: list[ApprovedAnswer] = []
        while len(found) < limit:
            page = self._parts.approved_answers.listed(wanted, after, limit)
            found += [answer for answer in page if sees(sight, self.audience_of(answer))]
            if len(page) < limit:
                break
            after = page[-1].id
        return [answer_json(answer) for answer in found[:limit]]

    def _live(self, chunk_ids: Sequence[str], sight: Container[str]) -> list[Chunk]:
        """The passages as they are live, each once; one that is hidden is as one that is not."""
        live = self._parts.live.current().versions
        found = self._parts.records.chunks(list(dict.fromkeys(chunk_ids)))
        chunks = [c for c in found.values() if c.version_id in live and c.audience in sight]
        if not chunks:
            raise NotFound(
                "None of these passages is live.", "Search for the passages that say it."
            )
        return chunks

    def _refuse_broken(self, answer: ApprovedAnswer, said: str) -> None:
        """Hold a confirmation to what the release gate said of the change."""
        from corpus.diff.carry import bearing
        from evals.impact.judge import broken, texts_of

        parts = self._parts
        live = parts.live.current().versions
        now = {version.document_id: version.version_id for version in live.values()}
        for citation in answer.citations:
            version_id = now.get(citation.document_id)
            if version_id is None or citation.version_id in live:
                continue
            own = bearing(citation, parts.diffs.between(citation.version_id, version_id)).own
            chunks = parts.records.version_chunks
            if own and broken(said, own, texts_of(chunks(citation.version_id), chunks(version_id))):
                raise AnswerUnsupported(
                    "What it says was changed in the document.", "Write it anew, or retire it."
                )

    def _passages_now(self, answer: ApprovedAnswer) -> list[Chunk]:
        """The live passages of the sections that it cites; others are about other things."""
        sections = {(c.document_id, *section_names(c.headings)) for c in answer.citations}
        documents = {citation.document_id for citation in answer.citations}
        # It must not come to rest on what those may not see whom it is for.
        may_see = audiences_of(self.audience_of(answer))
        return [
            chunk
            for version in self._parts.live.current().versions.values()
            if version.document_id in documents
            for chunk in self._parts.records.version_chunks(version.version_id)
            if chunk.audience in may_see
            and (chunk.document_id, *section_names(chunk.headings)) in sections
        ]


def _audience(wanted: str, chunks: Sequence[Chunk]) -> str:
    """The narrowest audience of the cited passages; a wider one cannot be asked for."""
    held = {chunk.audience for chunk in chunks}
    groups = held - {PUBLIC, INTERNAL}
    if len(groups) > 1:
        raise OptionInvalid(
            "The passages belong to different groups.", "Cite passages that one group may see."
        )
    least = groups.pop() if groups else INTERNAL if INTERNAL in held else PUBLIC
    if wanted and wanted != least and (wanted == PUBLIC or least not in (PUBLIC, INTERNAL)):
        raise OptionInvalid(
            f"It cites passages for {least}, so it cannot be for {wanted}.",
            "Leave the audience out, or cite other passages.",
        )
    return wanted or least
