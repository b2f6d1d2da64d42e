"""A run that is open: how it went, and its metrics, over all its cases and over parts of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from ui import evals_state, state
from ui.evals_shapes import Metric, Report
from ui.evals_state import SYNTHETIC, VIEWS, Lab
from ui.parts import filters, notice
from ui.parts.evals import agreement, compare, gate, listing, rows, wording
from ui.texts import Texts

_MOST_PARTS = 6
_FIELDS = ("language", "answerable", "product", "channel", "origin", "difficulty", "tag")
_SIDES = ("answerable", "unanswerable")
_DRAW = {"cases": listing.show, "compare": compare.show, "gate": gate.show}


def show(lab: Lab) -> None:
    """Draw the run, or say that none is open."""
    t = state.words()
    if lab.failure is not None:
        notice.show(lab.failure)
    if not lab.run_id:
        st.html(f'<div class="cd-empty tall">{escape(t("evals.choose"))}</div>')
        return
    if lab.report is None:
        lab.report = evals_state.client().report(lab.run_id)
    report = lab.report
    st.html(head(t, report))
    if not report.run.done:
        said = escape(t("evals.unfinished", n=report.finished, of=report.run.total))
        st.html(f'<div class="cd-band plain">{said}</div>')
        if report.finished:
            listing.show(lab)
        return
    view = filters.choice(
        t("evals.view"), VIEWS, lambda name: t.named("eval_view", name), key="evals_view"
    )
    if view in _DRAW:
        _DRAW[view](lab)
    else:
        _metrics(t, report)


def head(t: Texts, report: Report) -> str:
    """Draw how a run went, everything escaped."""
    run = report.run
    ended = report.finished - len(report.failed) - len(report.stale)
    pills = [("good", t("evals.scored", n=ended))]
    pills += [("stop", t("evals.failed", n=len(report.failed)))] if report.failed else []
    pills += [("warn", t("evals.stale", n=len(report.stale)))] if report.stale else []
    if report.unscored:
        pills.append(("warn", t("evals.unjudged", n=max(report.unscored.values()))))
    if taken := sum(report.taken_over.values()):
        pills.append(("", t("evals.taken_over", n=taken)))
    if report.hidden:
        pills.append(("", t("evals.hidden", n=report.hidden)))
    drawn = "".join(f'<span class="cd-pill {tone}">{escape(said)}</span>' for tone, said in pills)
    plain = ""
    if run.suite == SYNTHETIC:
        plain = f'<div class="cd-band plain">{escape(t("synthetic.apart"))}</div>'
    notes = []
    if report.moved:
        names = t("app.list_mark").join(wording.changed(t, name) for name in report.moved)
        notes.append(t("evals.moved", names=names))
    if report.never_found:
        notes.append(t("evals.never_found", names=", ".join(report.never_found[:8])))
    said = "".join(f'<div class="cd-band warn">{escape(note)}</div>' for note in notes)
    return (
        f'<div class="cd-run-head" data-run-open="{escape(run.id)}" '
        f'data-state="{escape(run.state)}"><h3>{escape(rows.title(t, run))}</h3>'
        f'<div class="cd-row">{drawn}<small>{escape(run.id)}</small></div>{plain}{said}</div>'
    )


def _metrics(t: Texts, report: Report) -> None:
    parts = slices(report.metrics)
    fields = ("", *(field for field in _FIELDS if field in parts))
    chosen = st.selectbox(
        t("evals.slice"),
        fields,
        format_func=lambda name: t.named("eval_slice", name) if name else t("evals.no_slice"),
        key="evals_slice",
    )
    shown = parts.get(chosen or "", ())[:_MOST_PARTS]
    if not report.metrics:
        st.html(f'<div class="cd-empty">{escape(t("evals.no_metrics"))}</div>')
        return
    st.html(table(t, report.metrics, shown, evals_state.client().directions()))
    left = len(parts.get(chosen or "", ())) - len(shown)
    if left > 0:
        st.html(f'<div class="cd-muted">{escape(t("evals.more_parts", n=left))}</div>')


def slices(metrics: Sequence[Metric]) -> dict[str, tuple[str, ...]]:
    """Return the parts that the cases fall into, by what tells them apart, the largest first."""
    sizes: dict[str, int] = {}
    for metric in metrics:
        for name, one in metric.by.items():
            sizes[name] = max(sizes.get(name, 0), one.cases)
    found: dict[str, list[str]] = {}
    for name in sorted(sizes, key=lambda part: (-sizes[part], part)):
        field, equals, _ = name.partition("=")
        side = "answerable" if name in _SIDES else "language"
        found.setdefault(field if equals else side, []).append(name)
    return {field: tuple(names) for field, names in found.items()}


def table(
    t: Texts, metrics: Sequence[Metric], parts: Sequence[str], more: Mapping[str, bool]
) -> str:
    """Draw the metrics' means, everything escaped."""
    head = [t("evals.metric"), t("evals.mean"), t("evals.interval"), t("evals.n_cases")]
    head += [wording.split(t, part) for part in parts]
    cells = "".join(f"<th>{escape(one)}</th>" for one in head)
    body = "".join(_row(t, metric, parts, better=more.get(metric.name, True)) for metric in metrics)
    return (
        f'<div class="cd-scroll"><table class="cd-scores-table"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(t: Texts, metric: Metric, parts: Sequence[str], *, better: bool) -> str:
    name, one = metric.name, metric.all
    less = "" if better else f" <em>{escape(t('evals.less_is_better'))}</em>"
    cells = [
        f"<td><b>{escape(wording.metric(t, name))}</b>{less}<small>{escape(name)}</small>"
        f"{agreement.markup(t, metric.agreement)}</td>",
        f'<td class="n">{_bar(name, one.mean, better=better)}{wording.number(name, one.mean)}</td>',
        f'<td class="n soft">{wording.number(name, one.low)} – {wording.number(name, one.high)}'
        f'</td><td class="n soft">{one.cases}</td>',
    ]
    for part in parts:
        found = metric.by.get(part)
        small = f"<small>{found.cases}</small>" if found else ""
        said = wording.number(name, found.mean if found else None)
        cells.append(f'<td class="n">{said}{small}</td>')
    return f'<tr data-metric="{escape(name)}">{"".join(cells)}</tr>'


def _bar(name: str, value: float, *, better: bool) -> str:
    if wording.number(name, 0.5) == "0" or not 0 <= value <= 1:
        return ""
    tone = "" if better else ' class="less"'
    return f'<i class="cd-mean"><s{tone} style="width:{round(100 * value)}%"></s></i>'
