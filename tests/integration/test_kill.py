"""kill -9 at random moments of an update: the store opens, one version is live, all is mended."""

import multiprocessing
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import updating

KILLS = int(os.environ.get("KILLS", "12"))
"""In the middle of an update; KILLS=50 for the long run."""
MOST_ROUNDS = 20 + 3 * KILLS


class Updates:
    """Processes that bring in one revision each, on the same data directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(updating.PRELOAD)

    def begin(self, number: int) -> tuple[Any, Any, dict[str, Any]]:
        """Start a process and return it with what it saw before its update."""
        ours, theirs = self._forks.Pipe()
        process = self._forks.Process(target=updating.update, args=(self.home, number, theirs))
        process.start()
        theirs.close()
        opened = ours.recv()
        assert "error" not in opened, opened
        return process, ours, opened


def whole(seen: dict[str, Any]) -> bool:
    """Say whether exactly one version is live and both routes find all of it and nothing else."""
    wanted = [seen["passages"], 1]
    return len(seen["live"]) == 1 and seen["dense"] == wanted and seen["keyword"] == wanted


@pytest.mark.timeout(900)
def test_after_a_kill_at_any_moment_of_an_update_one_version_is_live_and_the_doctor_mends_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # The server of forks does not take our path over by itself.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    updates = Updates(tmp_path / "home")
    process, said, opened = updates.begin(1)
    assert opened["seen"]["live"] == []
    started = time.monotonic()
    said.send("go")
    assert said.recv()["status"] == "published"
    lasts = time.monotonic() - started
    process.join()
    chance, live, kills = random.Random(7), 1, 0
    for number in range(2, MOST_ROUNDS):
        process, said, opened = updates.begin(number)
        # Before anything was mended: the last version that was acknowledged, or the one after.
        assert whole(opened["seen"]), opened
        assert opened["seen"]["live"][0] >= live, opened
        assert opened["before"]["ok"], opened["before"]
        assert opened["after"]["ok"], opened["after"]
        assert whole(opened["mended"]), opened
        live = opened["mended"]["live"][0]
        if kills == KILLS:
            process.kill()
            process.join()
            break
        said.send("go")
        done = said.poll(chance.uniform(0, lasts))
        # The machine may be busier or idler than before: most kills are to come in time.
        lasts *= 0.8 if done else 1.1
        process.kill()
        process.join()
        kills += not done
        live += done
    assert kills == KILLS
