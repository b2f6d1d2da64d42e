"""What the screens draw of changes, of the gate and of notices."""

from __future__ import annotations

from typing import Any

import pytest

from core.serial import to_json
from core.types import Chunk
from corpus.diff import compare
from ui import lifecycle_shapes, reading, texts
from ui.lifecycle_shapes import Affected, Diff, Reason
from ui.parts import differences
from ui.parts.documents import affected

ENGLISH = texts.load("en")


def chunk(text: str, version: str, **more: Any) -> Chunk:
    return Chunk(
        id=f"{version}-1",
        document_id="doc",
        version_id=version,
        ordinal=0,
        title="Manual",
        text=text,
        headings=("Manual", "1 Cleaning"),
        **more,
    )


def diff(before: str, after: str, **more: Any) -> Diff:
    """The comparison of two texts as the service gives it and the screens read it."""
    found = compare([chunk(before, "old", **more)], [chunk(after, "new", **more)])
    return lifecycle_shapes.read_diff(
        {
            "from": "old",
            "to": "new",
            "unchanged": found.unchanged,
            "changes": [to_json(change) for change in found.changes],
        }
    )


def test_words_that_changed_are_marked_on_their_own_side() -> None:
    (change,) = diff("Dry it for 24 hours.", "Dry it for 48 hours.").changes
    assert change.alerts == ("number",)
    drawn = differences.side_by_side(ENGLISH, change)
    assert '<del class="cd-del">24</del>' in drawn
    assert '<ins class="cd-ins">48</ins>' in drawn
    assert drawn.index("24") < drawn.index("48")
    one = differences.inline(change)
    assert one == 'Dry it for <del class="cd-del">24</del><ins class="cd-ins">48</ins> hours.'


def test_rows_of_a_table_are_shown_by_the_cell_that_changed() -> None:
    row = "Part: Filter | Life: {} months"
    table = {"table_html": "<table><tr><td>Filter</td></tr></table>"}
    (change,) = diff(row.format(6), row.format(9), **table).changes
    drawn = differences.side_by_side(ENGLISH, change)
    assert "<td>Life</td>" in drawn
    assert "<th>Filter</th>" in drawn
    assert "Part" not in drawn


def test_what_a_document_says_is_never_read_as_markup() -> None:
    (change,) = diff("Press <b>start</b> twice.", "Press <b>stop</b> twice.").changes
    for draw in (differences.side_by_side, differences.merged, differences.head):
        assert "<b>s" not in draw(ENGLISH, change)


def entry(reason: Reason, found: Diff | None = None, **more: Any) -> Affected:
    fields: dict[str, Any] = {
        "kind": "answer",
        "id": "ans_1",
        "question": "How long?",
        "before": "24 hours.",
        "after": "Hello!\n48 hours.[1]",
        "verdict": "broke",
        "reasons": (reason,),
        "citations": (),
        "changes": found.changes if found else (),
        "people": ("wang",),
    }
    return Affected(**{**fields, **more})


def test_an_affected_answer_says_why_with_the_words_that_changed() -> None:
    found = diff("Dry it for 24 hours.", "Dry it for 48 hours.")
    reason = Reason("fact", "Dry it for 24 hours.", "Dry it for 48 hours.")
    drawn = affected.markup(ENGLISH, entry(reason, found), "publish")
    assert "A number or code changed:" in drawn
    assert '<ins class="cd-ins">48</ins>' in drawn
    assert "[1]" not in drawn
    assert "ans_1" not in drawn
    assert "Will be told: wang" in drawn


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason("fact", "Dry it for 24 hours.", ""), "The passage is removed:"),
        (Reason("no_answer", "", "no_evidence"), "Nothing in the documents"),
        (Reason("no_answer", "", "clarify"), "would have to be asked"),
        (Reason("moved", "Manual > 1 Cleaning", ""), "Manual › 1 Cleaning"),
        (Reason("answer", "", ""), "The drafted answer differs."),
        (Reason("of_a_newer_service", "a", "b"), "of_a_newer_service"),
    ],
)
def test_every_reason_is_told_in_words(reason: Reason, said: str) -> None:
    assert said in affected.markup(ENGLISH, entry(reason), "publish")


def test_an_answer_that_one_may_not_read_is_still_listed() -> None:
    closed = {"id": "ans_1", "state": "stale", "audience": "legal", "by": "wang", "at": "2026"}
    assert not lifecycle_shapes.read_approved(closed).readable


def test_a_notice_of_a_withdrawal_has_no_version() -> None:
    body = {"id": "ntc_1", "kind": "release", "version_id": None, "title": "Manual"}
    assert lifecycle_shapes.read_notice(body).withdrawn


def test_a_draft_says_whose_approved_answer_it_gives() -> None:
    use = {"question": "How long?", "by": "wang", "at": "2026-11-21", "likeness": 0.98}
    body = {"id": "dft_1", "state": "answered", "approved": {**use, "threshold": 0.93}}
    found = reading.draft(body).approved
    assert found is not None
    assert (found.by, found.likeness, found.threshold) == ("wang", 0.98, 0.93)
    assert reading.draft({"id": "dft_2", "state": "answered"}).approved is None
