"""Long work that several people ask for at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event

import pytest

from core.errors import NotFound
from core.ports import Counted
from service.shared_runs import SharedRuns


class Work:
    """Work that counts to three and waits before each, and how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.at_work, self.go_on = Event(), Event()

    def __call__(self, count: Counted) -> int:
        self.begun += 1
        for done in range(3):
            count(done, 3)
            self.at_work.set()
            assert self.go_on.wait(10)
        return self.begun


def test_two_who_ask_at_once_share_one_run_whose_progress_can_be_seen() -> None:
    runs: SharedRuns[int] = SharedRuns()
    work = Work()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(runs.result, "v1", "key", work)
        assert work.at_work.wait(10)
        second = pool.submit(runs.result, "v1", "key", work)
        assert runs.progress("v1") == (0, 3)
        assert runs.progress("v2") is None
        work.go_on.set()
        assert (first.result(10), second.result(10)) == (1, 1)
    assert runs.progress("v1") is None
    assert runs.result("v1", "key", work) == 2


def test_a_run_goes_on_while_anybody_wants_it_and_ends_when_nobody_does() -> None:
    runs: SharedRuns[int] = SharedRuns()
    work = Work()
    left, also_left = Event(), Event()

    def unless(gone: Event) -> Callable[[], bool]:
        return lambda: not gone.is_set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(runs.result, "v1", "key", work, unless(left))
        assert work.at_work.wait(10)
        second = pool.submit(runs.result, "v1", "key", work, unless(also_left))
        left.set()
        work.go_on.set()
        assert second.result(10) == 1
        with pytest.raises(CancelledError):
            runs.result("v1", "key", work, unless(left))
        del first
    assert runs.progress("v1") is None


def test_what_goes_wrong_is_told_to_everybody_who_waits() -> None:
    runs: SharedRuns[int] = SharedRuns()
    entered, go_on = Event(), Event()

    def broken(count: Counted) -> int:
        count(0, 1)
        entered.set()
        assert go_on.wait(10)
        raise NotFound("There is no version v1.", "Look.")

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(runs.result, "v1", "key", broken)]
        assert entered.wait(10)
        waiting.append(pool.submit(runs.result, "v1", "key", broken))
        go_on.set()
        for one in waiting:
            with pytest.raises(NotFound):
                one.result(10)
