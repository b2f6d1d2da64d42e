from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.bench.lifecycle import measure


def test_a_small_run_measures_every_move(models_dir: Path, embedder: Any) -> None:
    del embedder
    found = measure(models_dir, pages=6, cases=5, houses=(30,))
    assert set(found["met"]) == {
        "change_live_s", "cutover_ms", "diff_s", "impact_fifth_s", "impact_all_s"
    }  # fmt: skip
    assert found["cutover_30_ms"] > 0
    assert found["affected_all"] == 5
    assert found["affected_fifth"] < 5
    # A change of one sentence embeds one passage, the first time all of them.
    assert 0 < found["change_live_s"] < found["first_live_s"]
    assert found["impact_all_s"] > 0
