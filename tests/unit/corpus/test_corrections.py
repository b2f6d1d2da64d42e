from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from core.errors import Conflict, FileCorrupt, FileEncrypted, NotFound, OptionInvalid
from core.types import Applicability, RawFile
from corpus.again import stage_again, stage_unlocked
from corpus.corrections import Correction, CorrectionKind, Corrections, Place
from corpus.documents import IngestOptions, VersionState
from corpus.lifecycle import Lifecycle
from corpus.records import Records, Staged

HEADING, BODY, PAGE = CorrectionKind.HEADING, CorrectionKind.BODY, CorrectionKind.EXCLUDE_PAGE


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/records.db")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def staged(database: Database, tmp_path: Path) -> Staged:
    path = tmp_path / "手册.md"
    path.write_text("# 手册\n", encoding="utf-8")
    raw = RawFile(path.name, "text/markdown", "0" * 64, path)
    options = IngestOptions("internal", Applicability("净化器", "X2"), draft=False)
    return Records(database).stage(raw, options)


def test_corrections_are_kept_for_their_document_in_the_order_they_were_made(
    database: Database, staged: Staged
) -> None:
    kept = Corrections(database)
    first = kept.add(staged.document_id, Correction(HEADING, "更换滤网", 2, 3), by="kim")
    second = kept.add(staged.document_id, Correction(PAGE, page=4), by="kim")
    assert kept.of(staged.document_id) == [first, second]
    assert (first.by, first.level, first.page) == ("kim", 2, 3)
    kept.remove(first.id)
    assert kept.of(staged.document_id) == [second]


def test_the_last_word_about_a_line_replaces_the_one_before(
    database: Database, staged: Staged
) -> None:
    kept = Corrections(database)
    kept.add(staged.document_id, Correction(HEADING, "Filter", 2))
    kept.add(staged.document_id, Correction(HEADING, "Filter", 2, page=5))
    last = kept.add(staged.document_id, Correction(BODY, "Filter"))
    assert [(c.kind, c.page) for c in kept.of(staged.document_id)] == [(HEADING, 5), (BODY, None)]
    kept.add(staged.document_id, Correction(PAGE, page=5))
    kept.add(staged.document_id, Correction(PAGE, page=5))
    assert [c.kind for c in kept.of(staged.document_id)] == [HEADING, BODY, PAGE]
    assert last.kind is BODY


@pytest.mark.parametrize(
    ("kind", "text", "level", "page"),
    [
        (HEADING, "更换滤网", 0, None),
        (HEADING, "更换滤网", 7, None),
        (HEADING, " ", 1, None),
        (BODY, "", 0, None),
        (BODY, "x" * 501, 0, None),
        (PAGE, "", 0, None),
        (PAGE, "", 0, 0),
    ],
)
def test_a_correction_without_what_its_kind_needs_is_refused(
    kind: CorrectionKind, text: str, level: int, page: int | None
) -> None:
    with pytest.raises(OptionInvalid):
        Correction(kind, text, level, page)


def test_what_does_not_exist_is_said_so(database: Database) -> None:
    kept = Corrections(database)
    for call in (
        lambda: kept.of("doc_none"),
        lambda: kept.add("doc_none", Correction(PAGE, page=1)),
        lambda: kept.remove("cor_none"),
        lambda: kept.document_of("cor_none"),
        lambda: stage_unlocked(database, "ver_none"),
        lambda: stage_again(database, "ver_none"),
    ):
        with pytest.raises(NotFound):
            call()


def test_the_same_file_is_staged_again_as_a_draft_with_all_that_was_said_of_it(
    database: Database, staged: Staged
) -> None:
    records = Records(database)
    with pytest.raises(Conflict):
        stage_again(database, staged.version_id)
    records.mark_indexed(staged.version_id, "model")
    Lifecycle(database).publish(staged.version_id)
    again = stage_again(database, staged.version_id, by="kim")
    before, after = records.version(staged.version_id), records.version(again.version_id)
    assert (again.document_id, again.unchanged) == (staged.document_id, False)
    assert (after.number, after.state, after.as_draft) == (2, VersionState.PROCESSING, True)
    assert (after.sha256, after.file_name, after.audience) == (
        before.sha256, "手册.md", "internal"
    )  # fmt: skip
    assert after.applicability == Applicability("净化器", "X2")
    assert after.created_by == "kim"
    assert before.state is VersionState.PUBLISHED


def test_twins_are_set_right_each_on_its_own(database: Database, staged: Staged) -> None:
    kept = Corrections(database)
    first = Place(("A",), "Wipe it.", twins=1)
    second = Place(("B",), "Dry it.", twins=1)
    kept.add(staged.document_id, Correction(BODY, "Note", place=first))
    kept.add(staged.document_id, Correction(BODY, "Note", place=second))
    kept.add(staged.document_id, Correction(HEADING, "Note", 3, place=first))
    found = kept.of(staged.document_id)
    assert [(c.kind, c.place) for c in found] == [(BODY, second), (HEADING, first)]
    assert kept.document_of(found[0].id) == staged.document_id


def test_the_last_word_about_a_line_without_twins_counts_wherever_it_stands_now(
    database: Database, staged: Staged
) -> None:
    kept = Corrections(database)
    kept.add(staged.document_id, Correction(HEADING, "Filter", 2, place=Place(("A",), "one")))
    kept.add(staged.document_id, Correction(BODY, "Filter", place=Place(("A", "B"), "two")))
    assert [c.kind for c in kept.of(staged.document_id)] == [BODY]


def test_a_locked_version_goes_on_its_way_once_more_and_no_other_does(
    database: Database, staged: Staged
) -> None:
    records = Records(database)
    with pytest.raises(Conflict):
        stage_unlocked(database, staged.version_id)
    records.mark_failed(staged.version_id, FileEncrypted("locked", "password"))
    again = stage_unlocked(database, staged.version_id)
    assert (again.version_id, again.unchanged) == (staged.version_id, False)
    version = records.version(staged.version_id)
    assert (version.state, version.error, version.number) == (VersionState.PROCESSING, None, 1)
    records.mark_failed(staged.version_id, FileCorrupt("damaged", "repair"))
    with pytest.raises(Conflict):
        stage_unlocked(database, staged.version_id)
