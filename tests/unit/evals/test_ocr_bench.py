"""The OCR benchmark: pages of its own, errors counted honestly, a clear word without a font."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.bench import ocr


def font() -> Path:
    found = ocr.find_font()
    if found is None:
        pytest.skip("no font with Chinese characters on this machine")
    return found


def test_every_wrong_missing_and_added_character_counts_and_spaces_do_not() -> None:
    assert ocr.error_rate("长按 3 秒", "长按3秒") == 0
    assert ocr.error_rate("长按电源键", "长接电源键") == pytest.approx(0.2)
    assert ocr.error_rate("长按电源键", "长按电源") == pytest.approx(0.2)
    assert ocr.error_rate("长按电源键", "长按电源键。") == pytest.approx(0.2)


def test_pages_differ_and_lines_fit_the_page() -> None:
    first, second = ocr.page_text(0), ocr.page_text(1)
    assert len(first) == len(second) == 24
    assert first != second
    assert all(1 < len(line) <= 31 for line in first + second)


def test_short_pages_are_read_under_every_condition_and_clean_ones_reach_the_aim() -> None:
    report = ocr.measure(font(), pages=1, lines=5)
    conditions = report["conditions"]
    assert list(conditions) == [condition.name for condition in ocr.CONDITIONS]
    assert conditions["clean"]["met"]
    assert conditions["clean"]["error_rate"] < ocr.MOST_WRONG
    # Nothing of a page is lost because of how it lies.
    assert conditions["askew"]["error_rate"] < 0.05
    assert conditions["turned 90"]["error_rate"] < 0.05
    assert conditions["turned 180"]["error_rate"] < 0.05


def test_without_a_font_it_says_which_one_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ocr.find_font([tmp_path, tmp_path / "none"]) is None
    monkeypatch.setattr(ocr, "find_font", lambda: None)
    assert ocr.main([]) == 2
    assert "fonts-noto-cjk" in capsys.readouterr().out
