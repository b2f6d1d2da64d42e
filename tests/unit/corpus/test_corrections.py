from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from core.errors import Conflict, NotFound, OptionInvalid
from core.types import Applicability, RawFile
from corpus.corrections import Correction, CorrectionKind, Corrections
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
        lambda: kept.stage_again("ver_none"),
    ):
        with pytest.raises(NotFound):
            call()


def test_the_same_file_is_staged_again_as_a_draft_with_all_that_was_said_of_it(
    database: Database, staged: Staged
) -> None:
    records, kept = Records(database), Corrections(database)
    with pytest.raises(Conflict):
        kept.stage_again(staged.version_id)
    records.mark_indexed(staged.version_id, "model")
    Lifecycle(database).publish(staged.version_id)
    again = kept.stage_again(staged.version_id, by="kim")
    before, after = records.version(staged.version_id), records.version(again.version_id)
    assert (again.document_id, again.unchanged) == (staged.document_id, False)
    assert (after.number, after.state, after.as_draft) == (2, VersionState.PROCESSING, True)
    assert (after.sha256, after.file_name, after.audience) == (
        before.sha256, "手册.md", "internal"
    )  # fmt: skip
    assert after.applicability == Applicability("净化器", "X2")
    assert after.created_by == "kim"
    assert before.state is VersionState.PUBLISHED
