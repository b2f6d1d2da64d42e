"""The check of a reply's sentences beside its writing: on a thread of its own, one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Condition, Thread

from answer.compose import Statement
from answer.generative.prompt import Passage
from answer.generative.reply import Said
from answer.generative.support import Supporter, Unsupported
from retrieval.embedding.layers import one_thread


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one sentence."""

    supported: tuple[Statement, ...] = ()
    """The sentence, with an exception that belongs to it."""
    unsupported: tuple[Unsupported, ...] = ()
    error: Exception | None = None
    """What broke, for the thread that drafts to raise."""


class Checks:
    """Checks sentences in the order in which they come, and tells what came of each.

    While none waits it reads the passages, so that what a sentence will be compared with is known
    before it is there: a model takes longer to begin than that takes.
    """

    def __init__(
        self,
        supporter: Supporter,
        passages: Sequence[Passage],
        asked: str,
        tell: Callable[[Checked], None],
    ) -> None:
        self._supporter = supporter
        self._passages = passages
        self._asked = asked
        self._tell = tell
        self._waiting: deque[Said] = deque()
        self._closed = False
        self._changed = Condition()
        Thread(target=self._work, name="check", daemon=True).start()

    def add(self, sentences: Sequence[Said]) -> None:
        """Have these checked too."""
        if sentences:
            with self._changed:
                self._waiting.extend(sentences)
                self._changed.notify()

    def close(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _work(self) -> None:
        unread = self._supporter.ahead(self._passages, self._asked)
        # Short batches gain nothing from more threads, and lose by them on a busy machine.
        with one_thread():
            while not self._closed:
                try:
                    self._do(unread)
                except Exception as exc:  # noqa: BLE001 - it is raised where the draft is made
                    self._tell(Checked(error=exc))
                    return

    def _do(self, unread: Iterator[None]) -> None:
        """Check all that waits, else read on, else wait."""
        with self._changed:
            waiting = list(self._waiting)
            self._waiting.clear()
        if waiting:
            self._check(waiting)
        elif next(unread, self) is self:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)

    def _check(self, sentences: Sequence[Said]) -> None:
        self._supporter.embed(sentences, self._passages)
        for said in sentences:
            if self._closed:
                return
            held, without = self._supporter.support([said], self._passages, self._asked)
            self._tell(Checked(tuple(held), tuple(without)))
