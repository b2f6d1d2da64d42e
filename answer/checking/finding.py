"""Why a sentence was not let through, as a code and in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a sentence was not let through."""

    sentence: str
    reason: str
    """One of :data:`REASONS`."""
    detail: str = ""
    """The words or the number it is about, where there are such."""

    def said(self, language: str) -> str:
        """Return the reason in words."""
        words = REASONS[self.reason][language]
        if not self.detail:
            return words
        return f"{words}：{self.detail}" if language == "zh" else f"{words}: {self.detail}"


REASONS = {
    "no_citation": {"zh": "没有可核对的引文", "en": "no quote to check it against"},
    "number": {"zh": "数字或单位与引文不符", "en": "a number or unit differs"},
    "code": {"zh": "型号或代码不在引文中", "en": "a model or code is not in the quote"},
    "negation": {"zh": "肯定与否定和引文不一致", "en": "a negation differs"},
    "words": {"zh": "内容不在引文中", "en": "it says what the quote does not"},
    "opposite": {"zh": "说法与引文相反", "en": "it says the opposite of the quote"},
    "meaning": {"zh": "意思与引文不符", "en": "it does not mean what the quote means"},
    "condition": {"zh": "漏掉了引文中的条件", "en": "it leaves out a condition of the quote"},
    "row": {
        "zh": "数值属于表中的另一栏或另一行",
        "en": "the value stands in another column or row of the table",
    },
    "limit": {"zh": "上限与下限和引文不一致", "en": "an upper or lower limit differs"},
    "modal": {
        "zh": "“可以”与“必须”和引文不一致",
        "en": "what may be done and what must be done differ",
    },
    "scope": {"zh": "适用范围比引文宽", "en": "it goes further than the quote does"},
    "order": {"zh": "先后顺序与引文不一致", "en": "the order differs"},
    "mixed": {
        "zh": "把引文中两处不同的内容混在一起",
        "en": "it mixes two different things of the quote",
    },
    "link": {"zh": "链接不在引文中", "en": "a link is not in the quote"},
    "question": {"zh": "是问句，没有作答", "en": "it asks and does not answer"},
}
"""Every reason, in words; the names are part of what reports and screens rely on."""
