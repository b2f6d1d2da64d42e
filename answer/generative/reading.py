"""Reading a reply while it is written: each sentence is checked as soon as it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answer.compose import Statement
from answer.following import Follower
from answer.generative.prompt import Passage
from answer.generative.reply import Said, finished, read_reply, settled
from answer.generative.support import Supporter, Unsupported


class Reading:
    """Takes a reply piece by piece; what a passage supports is told to whoever follows."""

    def __init__(
        self, supporter: Supporter, passages: Sequence[Passage], asked: str, follower: Follower
    ) -> None:
        self.statements: list[Statement] = []
        self.unsupported: list[Unsupported] = []
        self.declined = False
        """Whether the model said that the passages do not answer."""
        self._supporter = supporter
        self._passages = passages
        self._asked = asked
        self._follower = follower
        self._text = ""
        self._settled = 0
        self._seen: set[str] = set()
        self._quoted: set[tuple[str, int]] = set()
        self._held: list[Statement] = []

    @property
    def read(self) -> int:
        """How many sentences were read."""
        return len(self._seen)

    def take(self, piece: str) -> None:
        """Add what was just written."""
        self._text += piece
        # Most pieces end no sentence.
        if (end := settled(self._text)) > self._settled:
            self._settled = end
            self._check(read_reply(self._text[:end]).sentences)

    def end(self) -> None:
        """Read what is left when nothing more comes."""
        reply = read_reply(finished(self._text))
        self.declined = reply.declined
        self._check(reply.sentences)
        self._tell(self._held)

    def _check(self, sentences: Iterable[Said]) -> None:
        for said in sentences:
            if said.text in self._seen:
                continue
            self._seen.add(said.text)
            supported, unsupported = self._supporter.support([said], self._passages, self._asked)
            self.unsupported += unsupported
            if supported:
                self._supported(supported)

    def _supported(self, supported: Sequence[Statement]) -> None:
        """Tell a sentence; an exception added to it waits, as the next sentence may tell it."""
        own, *added = supported
        places = _places(own)
        self._tell(held for held in self._held if not places >= _places(held))
        self._tell([own])
        self._held = [one for one in added if not self._quoted >= _places(one)]

    def _tell(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self._quoted |= _places(statement)
            self.statements.append(statement)
            self._follower.sentence(statement.text)


def _places(statement: Statement) -> set[tuple[str, int]]:
    return {(quote.chunk.id, quote.start) for quote in statement.quotes}
