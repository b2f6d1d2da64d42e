"""The ranking as a table: each passage's place by each way of searching, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ui.explain_shapes import BELOW_TOP, Candidate, Explanation
from ui.parts.explain import sentences
from ui.texts import Texts

_OPEN = 5
"""So many of the passages that are not shown stand open; the rest are folded away."""
_LEAST_BAR = 3
_MOST_SIGNS = 4
"""So many signs beside the ways of searching, those first that weigh most."""


def markup(t: Texts, one: Explanation) -> str:
    """Draw the ranking as HTML, everything escaped."""
    shown = sorted((c for c in one.candidates if c.shown), key=lambda c: c.shown or 0)
    others = [c for c in one.candidates if not c.shown]
    most = max((abs(v) for c in one.candidates for v in c.added.values()), default=0.0)
    rows = [_row(t, one, c, most) for c in shown]
    if others:
        rows.append(f'<tr class="part"><td colspan="4">{escape(t("explain.others"))}</td></tr>')
        rows += [_row(t, one, c, most) for c in others[:_OPEN]]
    drawn = _table(t, one, rows)
    if rest := [_row(t, one, c, most) for c in others[_OPEN:]]:
        said = escape(t("explain.more", n=len(rest)))
        table = _table(t, one, rest)
        drawn += f'<details class="cd-why-more"><summary>{said}</summary>{table}</details>'
    return drawn


def left_out_markup(t: Texts, one: Explanation) -> str:
    """Draw the passages that were left out, each with the reason; nothing where none was."""
    listed = [d for d in one.dropped if d.reason != BELOW_TOP]
    if not listed:
        return ""
    items = "".join(
        f"<li><b>{escape(d.title)}</b> · {escape(sentences.why_not(t, one, d))}</li>"
        for d in listed
    )
    title = escape(t("explain.left_out_list"))
    return (
        f'<details class="cd-why-more"><summary>{title}</summary>'
        f'<ul class="cd-list">{items}</ul></details>'
    )


def _table(t: Texts, one: Explanation, rows: Sequence[str]) -> str:
    last = "explain.col_reranked" if _reranked(one) else "explain.col_fused"
    head = (
        f'<th class="n">{escape(t("explain.col_shown"))}</th>'
        f"<th>{escape(t('explain.col_passage'))}</th>"
        f'<th class="by">{escape(t("explain.col_routes"))}</th>'
        f'<th class="to">{escape(t(last))}</th>'
    )
    return (
        f'<table class="cd-rank"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _row(t: Texts, one: Explanation, candidate: Candidate, most: float) -> str:
    number = f'<span class="cd-num">{candidate.shown}</span>' if candidate.shown else "–"
    off = "" if candidate.shown else ' class="off"'
    return (
        f'<tr{off} data-chunk="{escape(candidate.chunk_id)}"><td class="n">{number}</td>'
        f"<td>{_passage(t, one, candidate)}</td>"
        f'<td class="by">{_by(t, candidate, most)}</td>'
        f'<td class="to">{_moves(t, candidate)}</td></tr>'
    )


def _passage(t: Texts, one: Explanation, candidate: Candidate) -> str:
    path = [" › ".join(h for h in candidate.headings if h != candidate.title)]
    if candidate.page is not None:
        path.append(t("evidence.page", n=candidate.page))
    reason = ""
    dropped = next((d for d in one.dropped if d.chunk_id == candidate.chunk_id), None)
    if dropped is not None and dropped.reason != BELOW_TOP:
        said = escape(sentences.why_not(t, one, dropped))
        reason = f'<div><span class="cd-pill warn">{said}</span></div>'
    return (
        f"<h4>{escape(candidate.title)}</h4>"
        f'<div class="cd-path">{escape(" · ".join(p for p in path if p))}</div>{reason}'
        f'<div class="cd-text">{escape(candidate.text)}</div>'
    )


def _by(t: Texts, candidate: Candidate, most: float) -> str:
    """Each way of searching with its place, each sign with what it added, as bars of one scale."""
    signs = [name for name in candidate.added if name not in candidate.places]
    signs.sort(key=lambda name: -abs(candidate.added[name]))
    names = (*candidate.places, *signs[:_MOST_SIGNS])
    cells = []
    for name in names:
        place = candidate.places.get(name)
        said = t("explain.place", n=place) if place else ""
        cells.append(
            f"<span>{escape(_named(t, name))}</span><b>{escape(said)}</b>"
            f"{_bar(candidate.added, name, most)}"
        )
    return f'<div class="cd-by">{"".join(cells)}</div>'


def _bar(added: Mapping[str, float], name: str, most: float) -> str:
    value = added.get(name, 0.0)
    if not most or not value:
        return "<span></span>"
    width = max(_LEAST_BAR, round(100 * abs(value) / most))
    tone = ' class="less"' if value < 0 else ""
    return f'<i title="{value:+.2f}"><s{tone} style="width:{width}%"></s></i>'


def _moves(t: Texts, candidate: Candidate) -> str:
    """The place after fusion, and after the second stage with how far it moved."""
    if candidate.reranked is None:
        return f'<div class="cd-move">{_at(t, "explain.fused", candidate.fused)}</div>'
    up = candidate.fused - candidate.reranked
    arrow = ""
    if up:
        kind, sign = ("up", "▲") if up > 0 else ("down", "▼")
        said = escape(t(f"explain.{kind}", n=abs(up)))
        arrow = f' <span class="{kind}" title="{said}">{sign}{abs(up)}</span>'
    return (
        f'<div class="cd-move">{_at(t, "explain.fused", candidate.fused)}<br>'
        f"{_at(t, 'explain.reranked', candidate.reranked)}{arrow}</div>"
    )


def _at(t: Texts, name: str, place: int) -> str:
    return f"{escape(t(name))} <b>{place}</b>"


def _named(t: Texts, name: str) -> str:
    route = t.named("route", name)
    return route if route != name else t.named("feature", name)


def _reranked(one: Explanation) -> bool:
    return any(c.reranked is not None for c in one.candidates)
