"""The layers of an embedder's encoder, for what is learnt on top of some of them."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Layers:
    """A BERT encoder taken apart; shares its weights with the embedder, and never changes them."""

    def __init__(self, encoder: Any, tokenizer: Any, lock: threading.Lock) -> None:
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._lock = lock

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self._encoder.encoder.layer)

    @property
    def width(self) -> int:
        """Numbers in the state of a token."""
        return int(self._encoder.config.hidden_size)

    @property
    def longest(self) -> int:
        """The most tokens one sequence may have."""
        return int(self._encoder.config.max_position_embeddings)

    @property
    def marks(self) -> tuple[int, int, int]:
        """The tokens that open and close a text, and the one that fills up a batch."""
        tokenizer = self._tokenizer
        return tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each text, without those that open and close it."""
        with self._lock:
            backend = self._tokenizer.backend_tokenizer
            backend.no_truncation()
            backend.no_padding()
            found = backend.encode_batch_fast(list(texts), add_special_tokens=False)
        return [list(one.ids) for one in found]

    def states(self, ids: Any, seen: Any, below: int) -> Any:
        """Return the states that the layers before ``below`` make of tokens, shape (n, length, d).

        ``seen`` tells which tokens count, shape (n, 1, 1, length); None where all do.
        """
        held = self._encoder.embeddings(input_ids=ids)
        for layer in self._encoder.encoder.layer[:below]:
            held = layer(held, seen)
        return held

    def above(self, first: int) -> Any:
        """Return copies of the layers from ``first`` on, to learn with or to fill."""
        return copy.deepcopy(self._encoder.encoder.layer[first:])


def layers_of(model: Any, lock: threading.Lock) -> Layers | None:
    """Return the layers of a sentence-transformers model; None where it is no BERT."""
    from transformers import BertModel

    encoder = getattr(model[0], "auto_model", None) or getattr(model[0], "model", None)
    if not isinstance(encoder, BertModel):
        return None
    return Layers(encoder, model.tokenizer, lock)


@contextmanager
def one_thread() -> Iterator[None]:
    """Have this thread compute alone; a query is too short to gain from helpers.

    It loses by them where the machine is busy: each step then waits until all of them had their
    turn. Beside two busy processes on two cores a query took 17 ms alone and 1,079 ms with a
    helper (medians of 30).
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
