"""What each of two runs made of a case, drawn side by side; pure functions, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from html import escape
from itertools import zip_longest

from ui.evals_case_shapes import Found, Outcome, Pair
from ui.evals_state import Lab
from ui.parts.cases import compared
from ui.parts.evals import wording
from ui.parts.explain import ranking, sentences
from ui.texts import Texts

_MOST_HITS = 8
_SENTENCE = re.compile(
    r"[^\u3002\uff01\uff1f!?\n]*?(?:[\u3002\uff01\uff1f!?\n]|[.;](?=\s|\[|$)|$)(?:\[\d+\])*\s*|.+$"
)
_ALIKE = 0.6
"""From this likeness on, what stands for what is marked word by word."""


def drafts(t: Texts, lab: Lab, pair: Pair) -> str:
    """Draw both drafts with what changed marked, and what they cite."""
    before, after = pair.before, pair.after
    left = escape(_said(t, before)) if before else ""
    right = escape(_said(t, after)) if after else ""
    if before and after and before.answer and after.answer and before.answer != after.answer:
        left, right = changed(_said(t, before), _said(t, after))
    drawn = []
    if pair.paired:
        drawn.append(_draft(t, lab, t("evals.before"), before, left))
    drawn.append(
        _draft(t, lab, t("evals.after") if pair.paired else t("casebook.draft"), after, right)
    )
    same = ""
    if before and after and before.answer and before.answer == after.answer:
        same = f'<div class="cd-muted">{escape(t("evals.same_draft"))}</div>'
    return f'{same}<div class="cd-compare{_alone(pair)}">{"".join(drawn)}</div>'


def changed(before: str, after: str) -> tuple[str, str]:
    """Return both texts as HTML: whole sentences marked, or the words where they are much alike."""
    one, other = _SENTENCE.findall(before), _SENTENCE.findall(after)
    left, right = [], []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for gone, new in zip_longest(one[a1:a2], other[b1:b2], fillvalue=""):
            if what == "equal":
                drawn = escape(gone), escape(new)
            elif SequenceMatcher(None, gone, new, autojunk=False).ratio() >= _ALIKE:
                drawn = compared.both(gone, new)
            else:
                drawn = compared.swap(gone, ""), compared.swap("", new)
            left.append(drawn[0])
            right.append(drawn[1])
    return "".join(left), "".join(right)


def evidence(t: Texts, pair: Pair) -> str:
    """Draw the passages that each draft was made from."""

    def side(outcome: Outcome | None) -> str:
        hits = outcome.evidence if outcome else ()
        if not hits:
            return f'<div class="cd-muted">{escape(t("evidence.none"))}</div>'
        return "".join(_hit(t, hit) for hit in hits[:_MOST_HITS])

    return _two(t("evals.evidence"), pair, side)


def explanations(t: Texts, pair: Pair) -> str:
    """Draw why each draft was made from these passages, as far as the run kept it."""

    def side(outcome: Outcome | None) -> str:
        why = outcome.why if outcome else None
        if why is None or not why.explanations:
            return f'<div class="cd-muted">{escape(t("evals.no_why"))}</div>'
        drawn = []
        for one in why.explanations:
            said = [*sentences.understood(t, one)]
            if not one.understood.small_talk:
                said += sentences.searched(t, one)
                said += sentences.changed(t, one)
                said += sentences.left_out(t, one)
            if one.confidence is not None:
                said.append(t("explain.confidence", percent=round(one.confidence * 100)))
            items = "".join(f"<li>{escape(line)}</li>" for line in said)
            drawn.append(f'<ul class="cd-why-said">{items}</ul>')
            if one.candidates:
                places = escape(t("evals.places"))
                drawn.append(
                    f'<details class="cd-why-more"><summary>{places}</summary>'
                    f"{ranking.markup(t, one)}</details>"
                )
        return "".join(drawn)

    return _two(t("evals.why"), pair, side)


def _two(title: str, pair: Pair, side: Callable[[Outcome | None], str]) -> str:
    shown = (pair.before, pair.after) if pair.paired else (pair.after,)
    cells = "".join(f"<div>{side(outcome)}</div>" for outcome in shown)
    return (
        f'<details class="cd-pair-part" open><summary>{escape(title)}</summary>'
        f'<div class="cd-beside{_alone(pair)}">{cells}</div></details>'
    )


def _alone(pair: Pair) -> str:
    return "" if pair.paired else " alone"


def _said(t: Texts, outcome: Outcome) -> str:
    if outcome.hidden:
        return t("evals.hidden_draft")
    if outcome.answer:
        return outcome.answer
    return outcome.clarify or t.named("eval_got", outcome.got or outcome.standing)


def _draft(t: Texts, lab: Lab, name: str, outcome: Outcome | None, text: str) -> str:
    if outcome is None:
        said = escape(t("evals.not_in_run"))
        return f'<div><h5>{escape(name)}</h5><div class="cd-muted">{said}</div></div>'
    title = f"{name} · {wording.run(t, lab.named(outcome.run), outcome.run)}"
    pills = [("", t.named("eval_got", outcome.got))] if outcome.got else []
    if outcome.standing != "done":
        tone = "stop" if outcome.standing == "failed" else "warn"
        pills.append((tone, t.named("eval_standing", outcome.standing)))
    if outcome.taken_from:
        pills.append(("", t("evals.taken")))
    drawn = "".join(f'<span class="cd-pill {tone}">{escape(said)}</span>' for tone, said in pills)
    faults = [outcome.error] if outcome.error else []
    faults += [f"{wording.metric(t, m)}: {why}" for m, why in outcome.unscored.items()]
    trouble = "".join(f'<div class="cd-doc-error">{escape(one)}</div>' for one in faults)
    return (
        f'<div data-side="{escape(outcome.run)}"><h5>{escape(title)}</h5>'
        f'<div class="cd-row">{drawn}</div>'
        f'<div class="cd-wrap">{text}</div>{trouble}{_cited(t, outcome)}</div>'
    )


def _cited(t: Texts, outcome: Outcome) -> str:
    if not outcome.citations:
        return ""
    lines = []
    for one in outcome.citations:
        page = f" · {t('evidence.page', n=one.page)}" if one.page is not None else ""
        lines.append(
            f'<div class="cd-cites"><span class="cd-num">{one.marker}</span>'
            f"<div>{escape(one.quote)}<small>{escape(one.title + page)}</small></div></div>"
        )
    return f'<div class="cd-cites-all">{"".join(lines)}</div>'


def _hit(t: Texts, hit: Found) -> str:
    where = [" › ".join((hit.title, *(h for h in hit.headings if h != hit.title)))]
    if hit.page is not None:
        where.append(t("evidence.page", n=hit.page))
    if hit.version is not None:
        where.append(t("evals.version", n=hit.version))
    pills = [("good", "cited")] if hit.cited else []
    pills += [("good", "expected_one")] if hit.expected else []
    if hit.gone:
        pills.append(("warn", "gone"))
    elif not hit.live:
        pills.append(("warn", "not_live"))
    drawn = "".join(
        f' <span class="cd-pill {tone}">{escape(t(f"evals.{name}"))}</span>' for tone, name in pills
    )
    text = hit.text or t("evals.gone_text")
    opened = " open" if hit.cited else ""
    return (
        f'<details class="cd-hit"{opened}><summary>{escape(" · ".join(where))}{drawn}</summary>'
        f"<div>{escape(text)}</div></details>"
    )
