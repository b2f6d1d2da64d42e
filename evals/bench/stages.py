"""The clocks and gauges of the ingest benchmark: around real parts, in place of none."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

_STAGES = (
    "receive",
    "parse",
    "OCR",
    "chunk",
    "embed",
    "vector index",
    "keyword index",
    "commit",
)
_EVERY_S = 0.05
_PROC = Path("/proc")


class Stages:
    """Seconds by stage; no second counts twice."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(_STAGES, 0.0)
        self._begun: dict[str, float] = {}

    def add(self, name: str, seconds: float) -> None:
        """Count seconds for a stage."""
        self.seconds[name] += seconds

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Count the time of a block."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - start)

    def progress(self, stage: str, fraction: float) -> None:
        """Note that the pipeline entered a stage; a progress callback."""
        if not fraction:
            self._begun[stage] = time.perf_counter()

    def end(self, stage: str) -> None:
        """Count the time since the pipeline entered a stage."""
        if (begun := self._begun.pop(stage, None)) is not None:
            self.add(stage, time.perf_counter() - begun)


class _Timed:
    """A part as it is, the time of some of its methods counted."""

    def __init__(
        self,
        part: Any,
        clock: Stages,
        stages: dict[str, str],
        ends: dict[str, str],
    ) -> None:
        self._part = part
        self._clock = clock
        self._stages = stages
        self._ends = ends

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if name in self._ends:
            return self._ending(value, self._ends[name])
        return self._counted(value, self._stages[name]) if name in self._stages else value

    def _ending(self, method: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self._clock.end(stage)
            return method(*args, **named)

        return call

    def _counted(self, method: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            with self._clock.of(stage):
                return method(*args, **named)

        return call


def timed(
    part: Any, clock: Stages, stages: dict[str, str], ends: dict[str, str] | None = None
) -> Any:
    """Return a part as it is, the time of some of its methods counted.

    Args:
        part: The real part.
        clock: What counts.
        stages: Method -> stage that its time counts for.
        ends: Method -> stage that is over when it is called.
    """
    return _Timed(part, clock, stages, ends or {})


def timed_parse(parse: Callable[..., Any], clock: Stages) -> Callable[..., Any]:
    """Return a parser that counts reading and OCR apart.

    A page's progress is told when it has been read, so the time since the word before is its.
    """

    def call(*args: Any, progress: Any = None, **named: Any) -> Any:
        last = time.perf_counter()

        def told(stage: str, fraction: float) -> None:
            nonlocal last
            now = time.perf_counter()
            clock.add("OCR" if stage == "ocr" else "parse", now - last)
            last = now
            if progress is not None:
                progress(stage, fraction)

        try:
            return parse(*args, progress=told, **named)
        finally:
            clock.add("parse", time.perf_counter() - last)

    return call


class Padding:
    """How many tokens of the batches, as the encoder gets them, say nothing."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start counting anew."""
        self.tokens = self.padded = self.batches = 0

    @property
    def share(self) -> float:
        """Padding among all tokens, in [0, 1]."""
        return self.padded / self.tokens if self.tokens else 0.0

    def watch(self, embedder: Any) -> None:
        """Count what an embedder's model gets from now on."""
        # Behind the embedder's own door, so that nothing but the real batches is counted; at the
        # encoder, since the model around it is called in a way that passes hooks by.
        embedder._model[0].register_forward_pre_hook(self._count)

    def _count(self, _model: Any, arguments: tuple[Any, ...]) -> None:
        mask = arguments[0]["attention_mask"]
        self.batches += 1
        self.tokens += int(mask.numel())
        self.padded += int(mask.numel() - mask.sum())


class Peaks:
    """The most memory that this process and those it started ever held, and their time.

    Only Linux tells it of others while they run; elsewhere the figures of others are 0.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._largest = 0.0
        self._cpu: dict[int, float] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def children_mb(self) -> float:
        """Of the largest process that this one started."""
        return self._largest

    def children_cpu(self) -> float:
        """Return the seconds of processor that all of them have used."""
        self._look()
        return sum(self._cpu.values())

    def own_mb(self) -> float:
        """Of this process."""
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        from ingest.isolation.memory import descendants

        for pid in descendants(os.getpid()):
            try:
                status = (_PROC / str(pid) / "status").read_text()
                stat = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            # It ended meanwhile.
            except OSError:
                continue
            peak = next((x for x in status.splitlines() if x.startswith("VmHWM:")), "VmHWM: 0")
            self._largest = max(self._largest, int(peak.split()[1]) / 1024)
            self._cpu[pid] = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
