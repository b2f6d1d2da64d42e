"""Reading a reply while it is written: each sentence is checked as soon as it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answer.compose import Statement
from answer.following import Follower
from answer.generative.checks import Checked
from answer.generative.reply import Said, finished, read_reply, settled
from answer.generative.support import Unsupported


class Reading:
    """Takes a reply piece by piece; what a passage supports is told to whoever follows."""

    def __init__(self, follower: Follower) -> None:
        self.statements: list[Statement] = []
        self.unsupported: list[Unsupported] = []
        self.declined = False
        """Whether the model said that the passages do not answer."""
        self._follower = follower
        self._text = ""
        self._settled = 0
        self._seen: set[str] = set()
        self._checked = 0
        self._ended = False
        self._quoted: set[tuple[str, int]] = set()
        self._held: list[Statement] = []

    @property
    def read(self) -> int:
        """How many sentences were read."""
        return len(self._seen)

    @property
    def done(self) -> bool:
        """Whether nothing more comes and all of it was checked."""
        return self._ended and self._checked == len(self._seen)

    def take(self, piece: str) -> list[Said]:
        """Add what was just written; return the sentences that are whole now, to be checked."""
        self._text += piece
        # Most pieces end no sentence.
        if (end := settled(self._text)) <= self._settled:
            return []
        self._settled = end
        return self._new(read_reply(self._text[:end]).sentences)

    def end(self) -> list[Said]:
        """Return what is left to be checked when nothing more comes."""
        reply = read_reply(finished(self._text))
        self.declined, self._ended = reply.declined, True
        return self._new(reply.sentences)

    def checked(self, found: Checked) -> None:
        """Tell a sentence; an exception added to it waits, as the next sentence may tell it."""
        self._checked += 1
        self.unsupported += found.unsupported
        if found.supported:
            own, *added = found.supported
            places = _places(own)
            self._tell(held for held in self._held if not places >= _places(held))
            self._tell([own])
            self._held = [one for one in added if not self._quoted >= _places(one)]

    def finish(self) -> None:
        """Tell what was held back, when all is done."""
        self._tell(self._held)

    def _new(self, sentences: Sequence[Said]) -> list[Said]:
        new = [said for said in sentences if said.text not in self._seen]
        self._seen.update(said.text for said in new)
        return new

    def _tell(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self._quoted |= _places(statement)
            self.statements.append(statement)
            self._follower.sentence(statement.text)


def _places(statement: Statement) -> set[tuple[str, int]]:
    return {(quote.chunk.id, quote.start) for quote in statement.quotes}
