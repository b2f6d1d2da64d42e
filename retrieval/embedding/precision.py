"""Whether this processor is faster in bfloat16, found out once and remembered."""

from __future__ import annotations

import contextlib
import json
import platform
import time
from pathlib import Path
from typing import Any

_NOTE = "precision.json"
_ROWS, _INNER, _OUTER = 1024, 384, 1536  # the shape of the default model's largest layer
_ROUNDS = 5
_WORTH = 1.3
_TOLERANCE = 0.02


def prefers_bf16(models_dir: Path) -> bool:
    """Say whether bfloat16 is right and clearly faster here; the answer is kept in a note.

    The note names the processor and the torch release, so a data directory that moves to
    another machine is probed again (about 50 ms).
    """
    import torch

    machine = f"{_processor()} torch {torch.__version__}"
    note = models_dir / _NOTE
    if (known := _read(note)).get("machine") == machine:
        return bool(known.get("bf16"))
    answer = probe()
    # A read-only directory only means probing again next time.
    with contextlib.suppress(OSError):
        models_dir.mkdir(parents=True, exist_ok=True)
        temporary = note.with_suffix(f".{time.monotonic_ns()}.part")
        temporary.write_text(json.dumps({"machine": machine, "bf16": answer}), encoding="utf-8")
        temporary.replace(note)
    return answer


def probe() -> bool:
    """Time a linear layer in both precisions and compare their results."""
    import torch

    generator = torch.Generator().manual_seed(7)
    rows = torch.randn(_ROWS, _INNER, generator=generator)
    weight = torch.randn(_OUTER, _INNER, generator=generator) / _INNER**0.5
    with torch.inference_mode():
        wide, wide_seconds = _timed(rows, weight)
        narrow, narrow_seconds = _timed(rows.bfloat16(), weight.bfloat16())
        error = (wide - narrow.float()).norm() / wide.norm()
    return bool(error < _TOLERANCE and wide_seconds > _WORTH * narrow_seconds)


def _timed(rows: Any, weight: Any) -> tuple[Any, float]:
    """Return the product and the best of several times; the best is what noise spares."""
    from torch.nn.functional import linear

    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        product = linear(rows, weight)
        best = min(best, time.perf_counter() - start)
    return product, best


def _read(note: Path) -> dict[str, Any]:
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _processor() -> str:
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        fields = {key.strip(): value.strip() for key, _, value in (x.partition(":") for x in lines)}
        if name := fields.get("model name"):
            return f"{name} {len(fields.get('flags', '').split())} flags"
    return platform.processor() or platform.machine()
