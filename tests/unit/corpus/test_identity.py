from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lineage import House

from core.errors import Conflict, NotFound, OptionInvalid
from core.types import Applicability, Chunk
from corpus.audit import Audit
from corpus.corrections import Correction, CorrectionKind, Corrections
from corpus.documents import VersionState
from corpus.identity.joining import Decision, Joins
from corpus.identity.kept import Identities, IdentityState, Proposal
from corpus.identity.likeness import Text, alike
from corpus.identity.names import bare_file, same_name
from corpus.overlap.findings import Finding, FindingKind, Side
from corpus.overlap.kept import Pairs
from corpus.overlap.record import Conflicts, ConflictState

STEPS = (
    "Switch the {model} off and pull the plug before you open the lid, wait ten minutes.",
    "Lift the water tank out with both hands and empty it into the sink, never into the drain pan.",
    "Rinse the filter under warm water without soap until the water that runs off is clear.",
    "Let every part dry in the shade for a day; a wet filter grows mould and smells within a week.",
    "Put the tank back until it clicks, close the lid, and hold the button for three seconds.",
    "If the {model} shows E07, wipe the six sensors under the base with a dry cloth.",
)


def chunks(*texts: str, version: str = "v", document: str = "d") -> list[Chunk]:
    return [
        Chunk(f"{version}-{n}", document, version, n, text, "", language="en")
        for n, text in enumerate(texts)
    ]


def text(name: str, title: str, *said: str, **about: str) -> Text:
    return Text(name, title, chunks(*said), Applicability(**about))


def manual(name: str = "x.pdf", title: str = "Care", model: str = "K4", **about: str) -> Text:
    return text(name, title, *(step.format(model=model) for step in STEPS), **about)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("manual-v1.pdf", "manual_v2.0_final (1).docx"),
        ("保修政策_2024-05.docx", "保修政策（第二版）.pdf"),
        ("服务规程2023版.docx", "服务规程（2025年修订）.docx"),
        ("Copy of Pump guide - May 2024.docx", "pump_guide rev. B.pdf"),
        ("r5-手册-20240501.pdf", "R5手册 修订版.pdf"),
    ],
)
def test_marks_of_version_and_date_are_no_part_of_a_name(one: str, other: str) -> None:
    assert same_name(bare_file(one), bare_file(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x2-manual.pdf", "x3-manual.pdf"),
        ("USB 2.0 hub.pdf", "USB 3.0 hub.pdf"),
        ("sop-returns.docx", "sop-complaints.docx"),
        ("v1.pdf", "v2.pdf"),
    ],
)
def test_what_is_no_mark_of_version_keeps_names_apart(one: str, other: str) -> None:
    assert not same_name(bare_file(one), bare_file(other))


def test_a_revision_under_another_name_is_like_what_it_revises() -> None:
    new = [step.format(model="K4") for step in STEPS]
    new[1] = "Lift the water tank out with one hand and empty it outdoors."
    found = alike(text("scan 17.pdf", "scan 17", *new), manual())
    assert found is not None
    assert found.enough
    assert (found.same_name, found.same_title, found.same, found.of) == (False, False, 5, 6)


def test_the_same_words_about_another_model_are_no_version() -> None:
    assert alike(manual("k5.pdf", "K5 care", "K5"), manual("k4.pdf", "K4 care", "K4")) is None
    # Also where only the confirmed model tells them apart.
    assert alike(manual(model="kettle"), manual(model="kettle")) is not None
    said = [Applicability(model=model) for model in ("K4", "K5")]
    one, other = (replace(manual(model="kettle"), applicability=about) for about in said)
    assert alike(one, other) is None


def test_a_translation_is_no_version() -> None:
    assert alike(manual("care-en.pdf"), manual("care-zh.pdf")) is None
    assert alike(manual(title="用户手册"), manual(title="User manual")) is None


def test_a_part_of_a_document_and_what_only_shares_a_name_are_not_enough() -> None:
    part = text("care.pdf", "Care notes", *(s.format(model="K4") for s in STEPS[:2]))
    assert alike(part, manual("k.pdf", "K4 care")) is None
    other = text("x.pdf", "Care", " ".join(f"word{n}" for n in range(200)))
    found = alike(other, manual())
    assert found is not None
    assert (found.same_name, found.same_title, found.enough) == (True, True, False)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.database.close()


def filled(
    house: House, version_id: str, language: str = "en", said: str = "Pull the plug."
) -> str:
    document = house.document(version_id)
    house.records.fill(
        version_id, "Care", 1, chunks(said, version=version_id, document=document), language, []
    )
    return version_id


def old_and_new(house: House, *, live: bool = True) -> tuple[str, str]:
    """The old manual live, the new one live or a draft as a document of its own."""
    old = filled(house, house.published("one", "care-v1.md"))
    bring = house.published if live else house.draft
    return old, filled(house, bring("two", "other.md"))


def test_a_draft_joined_is_the_next_version_and_its_old_identity_leads_there(house: House) -> None:
    old, new = old_and_new(house, live=False)
    left, into = house.document(new), house.document(old)
    assert house.records.chunk(f"{new}-0").document_id == left
    joined = Joins(house.database).join(new, into, Decision("li", "same manual"))
    record = house.records.version(new)
    assert (record.document_id, record.number, record.state) == (into, 2, VersionState.DRAFT)
    assert joined.from_document == left
    assert house.records.chunk(f"{new}-0").document_id == into
    assert set(house.live.current().versions) == {old}
    with pytest.raises(NotFound):
        house.records.versions(left)
    with pytest.raises(NotFound):
        house.lifecycle.rollback(left)
    assert [r.document_id for r in house.records.latest_versions()] == [into]
    (entry,) = [e for e in Audit(house.database).of(into) if e.action == "join"]
    assert (entry.by, entry.reason, entry.object_id) == ("li", "same manual", new)
    assert entry.detail["from_document"] == left
    # The same file again is known, another one from there is the lineage's next version.
    assert house.stage("two", "other.md", draft=True) == new
    third = house.records.version(house.stage("three", "other.md"))
    assert (third.document_id, third.number) == (into, 3)


def test_a_live_version_joined_is_withdrawn_with_the_same_commit_and_can_be_published(
    house: House,
) -> None:
    old, new = old_and_new(house)
    left, into = house.document(new), house.document(old)
    assert set(house.live.current().versions) == {old, new}
    Joins(house.database).join(new, into, Decision("li"))
    assert set(house.live.current().versions) == {old}
    assert house.live.current().standing(left).withdrawn
    house.lifecycle.publish(new, by="wang")
    live = house.live.current()
    assert set(live.versions) == {new}
    assert live.versions[new].document_id == into
    assert house.records.version(old).state is VersionState.SUPERSEDED
    assert house.lifecycle.rollback(into) == old
    assert set(house.live.current().versions) == {old}


def test_what_hangs_on_the_document_left_follows(house: House) -> None:
    old, new = old_and_new(house, live=False)
    third = filled(house, house.published("three", "third.md"))
    left, into, translation = (house.document(v) for v in (new, old, third))
    Corrections(house.database).add(left, Correction(CorrectionKind.EXCLUDE_PAGE, page=3))
    Pairs(house.database).link(left, translation, "li")
    sides = [Side(house.document(v), v, f"{v}-0", "Pull.") for v in (old, new, third)]
    kept = Conflicts(house.database)
    kept.record(
        [
            Finding(FindingKind.CONTRADICTION, sides[0], sides[1]),
            Finding(FindingKind.CONTRADICTION, sides[1], sides[2]),
        ]
    )
    Joins(house.database).join(new, into, Decision("li"))
    assert [c.page for c in Corrections(house.database).of(into)] == [3]
    pair = Pairs(house.database).of(translation)
    assert pair is not None
    assert (pair.other_id, pair.confirmed) == (into, True)
    (left_open,) = kept.listed([ConflictState.OPEN])
    assert left_open.finding.left.document_id == into
    (closed,) = kept.listed([ConflictState.RESOLVED])
    assert closed.by == "li"


def test_a_version_that_is_not_the_documents_is_refused_and_nothing_moves(house: House) -> None:
    old, new = old_and_new(house)
    into, left = house.document(old), house.document(new)
    joins = Joins(house.database)
    with pytest.raises(OptionInvalid, match="already"):
        joins.join(old, into, Decision())
    with pytest.raises(NotFound):
        joins.join(new, "doc_0000000000000000000", Decision())
    with pytest.raises(NotFound):
        joins.join("ver_0", into, Decision())
    with pytest.raises(Conflict, match="was moved"):
        joins.join(new, into, Decision(expected=99_999))
    chinese = filled(house, house.draft("三", "zh.md"), "zh-Hans", "拔下插头。")
    with pytest.raises(OptionInvalid, match="another language"):
        joins.join(chinese, into, Decision())
    unread = house.stage("four", "four.md")
    with pytest.raises(Conflict, match="not come in"):
        joins.join(unread, into, Decision())
    with pytest.raises(Conflict, match="being read"):
        joins.join(new, house.document(unread), Decision())
    filled(house, house.draft("five", "other.md"))
    with pytest.raises(Conflict, match="several versions"):
        joins.join(new, into, Decision())
    assert set(house.live.current().versions) == {old, new}
    assert house.document(new) == left


def test_only_an_upload_without_an_identity_asks_of_which_document_it_is(house: House) -> None:
    kept = Identities(house.database)
    given = house.stage("a", "a.md", document="the-manual")
    free = filled(house, house.draft("b", "b.md"))
    again = filled(house, house.draft("c", "b.md"))
    assert kept.of(given) is None
    assert kept.of(again) is None
    known = kept.of(free)
    assert known is not None
    assert known.state is IdentityState.UNKNOWN


def test_what_is_said_to_be_alone_is_not_proposed_again(house: House) -> None:
    old, new = old_and_new(house, live=False)
    kept = Identities(house.database)
    found = alike(manual(), manual())
    assert found is not None
    kept.propose(new, [Proposal(house.document(old), old, found)])
    known = kept.of(new)
    assert known is not None
    assert (known.state, known.proposals[0].alike) == (IdentityState.PROPOSED, found)
    kept.say_alone(new, by="li")
    kept.propose(new, [Proposal(house.document(old), old, found)])
    known = kept.of(new)
    assert known is not None
    assert (known.state, known.by) == (IdentityState.ALONE, "li")
