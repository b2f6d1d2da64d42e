"""The judge's prompts in Chinese, in the place of ragas's English ones.

Asked in English of a Chinese draft, models translate it on the way, and then judge their
translation.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

_PROMPTS = Path(__file__).with_name("prompts.yaml")
_SHORT = 12


def judge_fingerprint(model: str) -> str:
    """Return what tells a judge from another: its model, its prompts, ragas's release."""
    return f"{model} {_mark()}"


def in_chinese(metric: Any) -> Any:
    """Give a ragas metric our Chinese prompts and return it."""
    written = _written()
    for value in vars(metric).values():
        kind = type(value).__name__
        if kind in written:
            _rewrite(value, written[kind])
    return metric


def _rewrite(prompt: Any, written: dict[str, Any]) -> None:
    examples = [
        (prompt.input_model(**one["input"]), prompt.output_model(**one["output"]))
        for one in written["examples"]
    ]
    prompt.instruction, prompt.examples, prompt.language = written["instruction"], examples, "zh"
    if hasattr(prompt, "_all_examples"):
        # This one takes its examples by how finely it is to cut.
        prompt._all_examples = dict.fromkeys(prompt._all_examples, examples)


@cache
def _mark() -> str:
    try:
        release = version("ragas")
    except PackageNotFoundError:
        release = ""
    told = hashlib.sha256(_PROMPTS.read_bytes()).hexdigest()
    return f"ragas {release} prompts {told[:_SHORT]}"


@cache
def _written() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(_PROMPTS.read_text(encoding="utf-8"))
    return read
