"""A made manual of any length, as a PDF with text: the same file on every machine."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

_FONT = "STSong-Light"
_PARAGRAPHS = 6
_SENTENCES = 4
_CHAPTER_PAGES = 10

_EN_PARTS = (
    "pump", "valve", "filter", "fan belt", "pressure switch", "inlet hose", "control board",
    "drain pan", "door seal", "heating coil", "flow sensor", "bearing", "gearbox", "relay",
)  # fmt: skip
_ZH_PARTS = (
    "水泵", "阀门", "滤芯", "风机皮带", "压力开关", "进水软管", "控制板", "接水盘", "门封条",
    "加热管", "流量传感器", "轴承", "齿轮箱", "继电器",
)  # fmt: skip
_EN_SENTENCES = (
    "Switch the unit off and wait {n} minutes before you touch the {a}.",
    "The {a} is held by {n} screws; keep them apart from those of the {b}.",
    "If the display shows E-{n}, the {a} does not reach {m} kPa within {n} seconds.",
    "Clean the {a} every {m} hours, and replace it together with the {b} every second year.",
    "A worn {a} makes itself heard as a low hum near the {b} at about {m} Hz.",
    "Tighten the {a} to {n} Nm, then run the test programme T{m} and read the {b} again.",
)
_ZH_SENTENCES = (
    "关闭设备，等待 {n} 分钟后再接触{a}。",
    "{a}由 {n} 颗螺钉固定，请勿与{b}的螺钉混放。",
    "如果屏幕显示 E-{n}，说明{a}在 {n} 秒内没有达到 {m} 千帕。",
    "每运行 {m} 小时清洁一次{a}，每两年与{b}一起更换。",
    "{a}磨损时，{b}附近会发出约 {m} 赫兹的低沉声响。",
    "将{a}拧紧到 {n} 牛米，再运行测试程序 T{m}，并重新读取{b}的数值。",
)


def write_manual(path: Path, pages: int) -> None:
    """Write a manual of so many pages, chapters in English and in Chinese by turns."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    dice = random.Random(7)  # noqa: S311 - the same manual every time, not a secret
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for page in range(pages):
        chapter, section = divmod(page, _CHAPTER_PAGES)
        _page(canvas, dice, page + 1, chapter + 1, section + 1)
        canvas.showPage()
    canvas.save()


def page_lines(page: int) -> tuple[str, list[str]]:
    """Return the heading and the paragraphs of a page, the same on every call."""
    chapter, section = page // _CHAPTER_PAGES + 1, page % _CHAPTER_PAGES + 1
    chinese = chapter % 2 == 0
    dice = random.Random(page)  # noqa: S311 - the same manual every time, not a secret
    about = dice.choice(_ZH_PARTS if chinese else _EN_PARTS)
    heading = f"检修{about}" if chinese else f"Servicing the {about}"
    paragraphs = [_paragraph(dice, chinese=chinese) for _ in range(_PARAGRAPHS)]
    return f"{chapter}.{section} {heading}", paragraphs


def _page(canvas: Any, dice: random.Random, number: int, chapter: int, section: int) -> None:
    chinese = chapter % 2 == 0
    font = _FONT if chinese else "Helvetica"
    parts = _ZH_PARTS if chinese else _EN_PARTS
    top = 790.0
    canvas.setFont(font, 8)
    canvas.drawString(60, 815, "K900 维修手册" if chinese else "K900 service manual")
    canvas.drawCentredString(300, 30, str(number))
    if section == 1:
        canvas.setFont(font, 20)
        about = dice.choice(parts)
        title = f"第 {chapter} 章 {about}" if chinese else f"{chapter} The {about}"
        canvas.drawString(60, top, title)
        top -= 36
    canvas.setFont(font, 14)
    about = dice.choice(parts)
    heading = f"检修{about}" if chinese else f"Servicing the {about}"
    canvas.drawString(60, top, f"{chapter}.{section} {heading}")
    top -= 26
    canvas.setFont(font, 10)
    for _ in range(_PARAGRAPHS):
        for line in _lines(_paragraph(dice, chinese=chinese), 45 if chinese else 95):
            canvas.drawString(60, top, line)
            top -= 15
        top -= 12


def _paragraph(dice: random.Random, *, chinese: bool) -> str:
    parts, sentences = (_ZH_PARTS, _ZH_SENTENCES) if chinese else (_EN_PARTS, _EN_SENTENCES)
    said = []
    for sentence in dice.sample(sentences, _SENTENCES):
        one, other = dice.sample(parts, 2)
        said.append(
            sentence.format(a=one, b=other, n=dice.randint(2, 90), m=dice.randint(100, 990))
        )
    return ("" if chinese else " ").join(said)


def _lines(text: str, width: int) -> list[str]:
    """Break a paragraph: Chinese anywhere, English between words."""
    if not text.isascii():
        return [text[at : at + width] for at in range(0, len(text), width)]
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
