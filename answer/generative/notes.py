"""What a draft says of the model's part in it; screens and reports may rely on the words."""

from __future__ import annotations

UNAVAILABLE = "unavailable"
UNCHECKED = "unchecked"
DECLINED = "declined"
BUSY = "busy"
RESTING = "resting"

STOOD_IN = {
    "zh": {
        UNAVAILABLE: "语言模型没有及时回答，以下为原文摘录。",
        UNCHECKED: "语言模型没有给出可核对的回答，以下为原文摘录。",
        DECLINED: "语言模型认为原文没有回答这个问题，以下为原文摘录，请核对。",
        BUSY: "语言模型正忙，以下为原文摘录。",
        RESTING: "语言模型连续出错，暂停使用片刻，以下为原文摘录。",
    },
    "en": {
        UNAVAILABLE: "The language model did not answer in time; what follows is quoted from the "
        "documents.",
        UNCHECKED: "The language model gave no answer that can be checked; what follows is quoted "
        "from the documents.",
        DECLINED: "The language model found no answer in the passages; what follows is quoted from "
        "the documents, please check it.",
        BUSY: "The language model is busy; what follows is quoted from the documents.",
        RESTING: "The language model failed several times and is left alone for a while; what "
        "follows is quoted from the documents.",
    },
}
"""Why the extractive draft stands in."""

_REMOVED = {
    "zh": {
        "form": "已删去语言模型的一句（{reason}）：{sentence}",
        "no_citation": "没有可核对的引文",
        "number": "数字或单位与引文不符",
        "code": "型号或代码不在引文中",
        "negation": "肯定与否定和引文不一致",
        "words": "内容不在引文中",
        "opposite": "说法与引文相反",
        "meaning": "意思与引文不符",
        "condition": "漏掉了引文中的条件",
        "row": "数值属于表中的另一栏",
        "link": "链接不在引文中",
        "question": "是问句，没有作答",
    },
    "en": {
        "form": "Removed from what the language model wrote ({reason}): {sentence}",
        "no_citation": "no quote to check it against",
        "number": "a number or unit differs",
        "code": "a model or code is not in the quote",
        "negation": "a negation differs",
        "words": "it says what the quote does not",
        "opposite": "it says the opposite of the quote",
        "meaning": "it does not mean what the quote means",
        "condition": "it leaves out a condition of the quote",
        "row": "the value stands in another column of the table",
        "link": "a link is not in the quote",
        "question": "it asks and does not answer",
    },
}
_LONGEST = 160


def removed(sentence: str, reason: str, language: str) -> str:
    """Say which sentence was removed and why; a reason without words is told as lack of support."""
    words = _REMOVED[language]
    short = sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"
    return words["form"].format(reason=words.get(reason, words["words"]), sentence=short)
