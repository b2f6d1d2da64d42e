"""The curve of a measure with the changes of the house drawn in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from ui.insights_shapes import Accuracy, Change, Counted
from ui.parts.insights import wording
from ui.texts import Texts

_HEIGHT = 270
_TOLD = 6
_INK, _SOFT, _LINE = "#1d2725", "#5a6763", "#dde2de"
_COLOURS = ("#0b6b62", "#b4581a", "#3b5b92", "#8a4b7d", "#6b7a1f", "#8a9591", "#a32a1f", "#4c8f8a")
_MOST_LINES = 6
_MARK = {"document": "#a32a1f", "rules": "#3b5b92", "configuration": "#8a4b08"}


def drawn(t: Texts, found: Accuracy, measure: str) -> Any:
    """Return the chart of a measure: a point for each period, hollow where it is of few drafts."""
    whole = t("insights.all_drafts")
    rows = _rows(t, found.periods, whole, measure)
    if found.by:
        rows = [
            row
            for one in found.values[:_MOST_LINES]
            for row in _rows(t, one.periods, wording.value(t, found.by, one.value), measure)
        ]
    starts = [row["day"] for row in rows]
    first = min(starts, default="")
    marks = _marks(t, [one for one in found.changes if first <= one.at[:10]])
    layers: list[Any] = []
    x = alt.X(
        "day:T",
        title=None,
        axis=alt.Axis(format="%m-%d", labelColor=_SOFT, gridColor="#f1f4f2", tickCount=10),
    )
    if marks:
        layers.append(_rules(marks))
    base = alt.Chart(_data(rows)).encode(x=x)
    colour = alt.Color(
        "who:N",
        scale=alt.Scale(range=list(_COLOURS)),
        legend=alt.Legend(title=None, orient="top", labelColor=_INK) if found.by else None,
    )
    y = alt.Y(
        "share:Q",
        title=None,
        axis=alt.Axis(format="%", labelColor=_SOFT, gridColor=_LINE, tickCount=5),
        scale=alt.Scale(zero=False, nice=True),
    )
    if not found.by:
        layers.append(
            base.mark_area(opacity=0.13, color=_COLOURS[0]).encode(y=alt.Y("low:Q"), y2="high:Q")
        )
    layers.append(base.mark_line(strokeWidth=2.2).encode(y=y, color=colour))
    layers.append(
        base.mark_point(size=58, strokeWidth=1.8, opacity=1).encode(
            y=y,
            color=colour,
            fill=alt.condition("datum.few", alt.value("white"), colour),
            tooltip=[
                alt.Tooltip("who:N", title=t("insights.which")),
                alt.Tooltip("label:N", title=t("insights.period")),
                alt.Tooltip("told:N", title=t.named("measure", measure)),
                alt.Tooltip("interval:N", title=t("insights.interval_title")),
            ],
        )
    )
    return (
        alt.layer(*layers)
        .properties(height=_HEIGHT, background="white")
        .configure_view(strokeWidth=0)
        .configure_axis(domainColor=_LINE, tickColor=_LINE, labelFontSize=12)
    )


def _data(rows: Sequence[dict[str, Any]]) -> Any:
    made: Any = alt.Data
    return made(values=list(rows))


def _rules(marks: Sequence[dict[str, Any]]) -> Any:
    return (
        alt.Chart(_data(marks))
        .mark_rule(strokeDash=[4, 3], strokeWidth=1.6, opacity=0.75)
        .encode(
            x="day:T",
            color=alt.Color("colour:N", scale=None),
            tooltip=[alt.Tooltip("at:N", title=" "), alt.Tooltip("told:N", title="  ")],
        )
    )


def _rows(t: Texts, periods: Sequence[Counted], who: str, measure: str) -> list[dict[str, Any]]:
    rows = []
    for period in periods:
        share = period.shares.get(measure)
        if share is None or share.share is None:
            continue
        rows.append(
            {
                "day": period.start,
                "label": period.label,
                "who": who,
                "share": share.share,
                "low": share.low,
                "high": share.high,
                "few": share.of < wording.FEW,
                "told": wording.of_all(t, share),
                "interval": f"{wording.percent(share.low)} – {wording.percent(share.high)}",
            }
        )
    return rows


def _marks(t: Texts, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """One mark for the changes of a day, coloured by the kind that weighs most."""
    days: dict[str, list[Change]] = {}
    for one in changes:
        days.setdefault(one.at[:10], []).append(one)
    marks = []
    for day, of_day in days.items():
        kinds = {one.kind for one in of_day}
        colour = next((_MARK[kind] for kind in _MARK if kind in kinds), _SOFT)
        told = [wording.change(t, one) for one in of_day[:_TOLD]]
        if len(of_day) > _TOLD:
            told.append(t("insights.and_more", n=len(of_day) - _TOLD))
        marks.append({"day": day, "at": day, "told": "; ".join(told), "colour": colour})
    return marks
