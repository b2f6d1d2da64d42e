"""The last look at a draft: whatever wrote it, no attack's words go out.

It trusts nothing that came before it: a sentence that turns to a model, carries words away, or
gives an address that its quotes do not hold is taken out, and the draft says so.
"""

from __future__ import annotations

import re
from dataclasses import replace

from answer.compose import render
from answer.outgoing.rebuilding import rebuilt
from core.text import content_terms, reply_language, squeeze
from core.text.addressed import unquotable
from core.text.hidden import shows_all, visible
from core.types import Clarify, Draft, Sentence

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,9}://|www\.)[^\s<>\"'，。；、）】》]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_REMOVED = {
    "zh": "已删去一句不应发给客户的内容（对程序下的指令，或引文中没有的链接）。",
    "en": "Removed a sentence that is not for a customer (an instruction to a program, or a link "
    "that its quotes do not hold).",
}


def last_look(draft: Draft) -> Draft:
    """Return the draft without what nobody should send."""
    draft = _shown(_asking(draft))
    if any(unquotable(gloss["gloss"]) for gloss in draft.glosses):
        told = tuple(gloss for gloss in draft.glosses if not unquotable(gloss["gloss"]))
        draft = replace(draft, glosses=told)
    kept = [sentence for sentence in draft.sentences if _may_go(draft, sentence)]
    gone = len(draft.sentences) - len(kept)
    if not gone:
        return draft
    return rebuilt(draft, kept, internal=draft.internal, notes=[_REMOVED[draft.language]])


def _may_go(draft: Draft, sentence: Sentence) -> bool:
    if unquotable(sentence.text) or _is_stray(draft, sentence):
        return False
    addresses = _ADDRESS.findall(sentence.text)
    if not addresses:
        return True
    quotes = squeeze(" ".join(c.quote for c in draft.citations if c.marker in sentence.citations))
    return all(squeeze(address.rstrip(".,;:!?")) in quotes for address in addresses)


def _is_stray(draft: Draft, sentence: Sentence) -> bool:
    """Say whether a sentence is neither in the reply's language nor in words of its quotes."""
    if reply_language(sentence.text) == draft.language:
        return False
    quotes = " ".join(c.quote for c in draft.citations if c.marker in sentence.citations)
    return not set(content_terms(sentence.text)) & set(content_terms(quotes))


def _shown(draft: Draft) -> Draft:
    """A draft in which every character can be seen; its quotes stay what is stored."""
    if shows_all(draft.answer):
        return draft
    plain = replace(
        draft,
        sentences=tuple(replace(s, text=visible(s.text)) for s in draft.sentences),
        steps=tuple(replace(step, text=visible(step.text)) for step in draft.steps),
    )
    return replace(plain, answer=render(plain))


def _asking(draft: Draft) -> Draft:
    """A question back that offers nothing which turns to a model; options are documents' words."""
    asked = draft.clarify
    if asked is None or not any(map(unquotable, (asked.question, *asked.options))):
        return draft
    options = tuple(option for option in asked.options if not unquotable(option))
    question = asked.question
    for option in set(asked.options) - set(options):
        question = question.replace(option, "").strip()
    plain = replace(draft, clarify=Clarify(question, options))
    return replace(plain, answer=render(plain))
