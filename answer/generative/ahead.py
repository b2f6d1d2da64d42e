"""A model that writes on a thread of its own while the rest of the draft is made ready."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread

from answer.following import Cancel
from answer.generative.checks import Checked
from answer.generative.model import LanguageModel
from answer.generative.prompt import Passage, Prompt


@dataclass(frozen=True, slots=True)
class Ended:
    """The model has written all, or broke off with an error."""

    error: Exception | None = None


Heard = str | Ended | Checked
"""A piece of the reply, its end, or what came of one of its sentences."""


class Ahead:
    """One reply on its way; whoever holds it takes it from ``heard``, and closes it in the end.

    Nothing of what is written is told to anybody before somebody reads it here: a reply that turns
    out not to be wanted leaves no trace.
    """

    def __init__(
        self,
        model: LanguageModel,
        prompt: Prompt,
        passages: Sequence[Passage],
        questions: Sequence[str],
        cancel: Cancel,
    ) -> None:
        """``cancel`` takes the draft back for which it is written."""
        self.prompt = prompt
        self.passages = tuple(passages)
        self.questions = tuple(questions)
        """What the model was asked."""
        self.heard: SimpleQueue[Heard] = SimpleQueue()
        self._model = model
        self._own = Cancel()
        self._held = ExitStack()
        self._held.enter_context(cancel.stopping(self._own.set))
        Thread(target=self._write, name="language-model-ahead", daemon=True).start()

    def close(self) -> None:
        """End the call, if it still runs; nobody waits for the model any more."""
        self._own.set()
        self._held.close()

    def _write(self) -> None:
        try:
            said = self._model.stream(self.prompt.system, self.prompt.user, self._own)
            with closing(said) as pieces:
                for piece in pieces:
                    self.heard.put(piece)
        except Exception as exc:  # noqa: BLE001 - whoever reads raises it, on the thread that drafts
            self.heard.put(Ended(exc))
        else:
            self.heard.put(Ended())
