"""What documents and the service say is drawn as text, whatever it holds."""

from typing import Any

import pytest

from ui import reading, shapes, state, texts
from ui.client import Failure, PageImage
from ui.glossary_shapes import read_entry
from ui.parts import evidence, notice, passage, wording
from ui.parts.glossary import rows

EVIL = '<img src=x onerror="steal()">'
DRAWN = "&lt;img src=x onerror=&quot;steal()&quot;&gt;"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "words", lambda: texts.load("en"))


def hit(**changed: Any) -> shapes.Hit:
    whole = {
        "chunk_id": "c1",
        "title": "Manual",
        "headings": ["Manual", "3 Charging"],
        "page": 18,
        "text": "Charge for 30 minutes. Then switch it on.",
        "routes": {"dense": {"rank": 1}, "keyword": {"rank": 40}},
        "audience": "public",
    }
    return reading.hit(whole | changed)


def cited(**changed: Any) -> shapes.Citation:
    whole = {"marker": 2, "chunk_id": "c1", "quote": "30 minutes", "start": 11, "end": 21}
    return reading.citation(whole | changed)


def found(**changed: Any) -> shapes.Passage:
    whole = {
        "chunk_id": "c1",
        "version_id": "v1",
        "version_number": 3,
        "state": "live",
        "title": "Manual",
        "headings": ["3 Charging"],
        "page": 18,
        "text": "Charge for 30 minutes.",
        "before": [{"chunk_id": "c0", "text": "First"}],
        "after": [{"chunk_id": "c2", "text": "long " * 40}],
    }
    return reading.passage(whole | changed)


def test_a_card_shows_where_a_passage_stands_and_marks_what_was_cited() -> None:
    drawn = evidence.card(hit(), (cited(),))
    assert '<span class="cd-num">2</span>' in drawn
    assert "3 Charging · p. 18" in drawn
    assert '<mark class="cd-quote">30 minutes</mark>' in drawn
    assert "meaning #1" in drawn
    assert "Internal" not in drawn


def test_a_citation_of_another_passage_marks_nothing_here() -> None:
    assert "cd-quote" not in evidence.card(hit(), (cited(chunk_id="c9"),))


def test_an_internal_passage_says_that_it_must_not_be_quoted() -> None:
    for audience in ("internal", "group-vip"):
        assert "do not quote to the customer" in evidence.card(hit(audience=audience), ())


def test_nothing_in_a_document_can_become_markup() -> None:
    drawn = evidence.card(
        hit(title=EVIL, headings=[EVIL], text=EVIL, routes={EVIL: {"rank": 1}}), ()
    )
    drawn += passage.markup(
        found(title=EVIL, headings=[EVIL], text=EVIL, published_at=EVIL, state=EVIL,
              before=[{"chunk_id": "b", "text": EVIL}], after=[{"text": EVIL * 9}]),
        (), "",
    )  # fmt: skip
    drawn += notice.markup(texts.load("en"), Failure(EVIL, 400, EVIL, EVIL, EVIL))
    assert "<img" not in drawn
    assert drawn.count(DRAWN) >= 10


def test_an_opened_citation_shows_exactly_the_quoted_words_and_their_surroundings() -> None:
    drawn = passage.markup(found(), ((11, 21),), "30 minutes")
    assert '<mark class="cd-quote">30 minutes</mark>' in drawn
    assert "Page 18" in drawn
    assert "Version 3" in drawn
    assert "current version" in drawn
    assert "First" in drawn
    assert "<details" in drawn


def test_a_quote_that_is_not_where_the_draft_says_is_never_marked() -> None:
    drawn = passage.markup(found(), ((0, 6),), "30 minutes")
    assert "cd-quote" not in drawn
    assert "not where the draft says" in drawn


def test_a_superseded_version_says_so() -> None:
    drawn = passage.markup(found(state="superseded", page=None), (), "")
    assert "replaced by a newer version" in drawn
    assert "not the current version" in drawn
    assert "No pages in this format" in drawn


def test_text_read_from_a_scan_says_how_sure_the_reading_was() -> None:
    for drawn in (
        evidence.card(hit(confidence=0.938), ()),
        passage.markup(found(confidence=0.938), (), ""),
    ):
        assert "Read from a scan, 93% sure" in drawn
        assert "compare with the page" not in drawn
    assert "Read from a scan" not in evidence.card(hit(), ())
    assert "Read from a scan" not in passage.markup(found(confidence=None), (), "")


def test_a_doubtful_scan_is_to_be_compared_and_a_nearly_certain_one_is_not_certain() -> None:
    assert "12% sure: compare with the page" in passage.scanned(0.129)
    assert "99% sure" in passage.scanned(0.999)


def test_the_pages_of_a_passage_are_those_it_spans() -> None:
    assert (found().has_original, found(has_original=False).has_original) == (True, False)
    assert found(pages=[4, 6], has_page_image=True).pages == (4, 5, 6)
    assert found(pages=[4, 4], has_page_image=True).pages == (4,)
    for without in ({}, {"pages": [4, 6]}, {"pages": None, "has_page_image": True}):
        assert found(**without).pages == ()


def test_a_page_is_a_picture_within_the_markup_and_says_what_it_shows() -> None:
    drawn = passage.page_markup(PageImage(b"\x89PNG", 0.7), 7)
    assert 'src="data:image/png;base64,iVBORw=="' in drawn
    assert 'style="top:70.00%"' in drawn
    assert 'alt="Page 7 as printed, the passage highlighted"' in drawn


def test_a_glossary_entry_is_drawn_with_all_it_says_and_as_text() -> None:
    entry = read_entry(
        {
            "id": "gls_1",
            "zh": EVIL,
            "en": "return",
            "synonyms_en": ["send back"],
            "never_confuse": [{"term": "exchange", "why": EVIL}],
            "status": "proposed",
        }
    )
    drawn = rows.markup(texts.load("en"), entry)
    assert "<img" not in drawn
    assert drawn.count(DRAWN) == 2
    assert "Candidate" in drawn
    assert "send back" in drawn


def test_what_a_term_means_is_drawn_as_text() -> None:
    assert wording.markup([("UV-C", EVIL)]) == (
        f'<dl class="cd-glosses"><dt>UV-C</dt><dd>{DRAWN}</dd></dl>'
    )
