"""Charts as the table of their numbers, from the values that a document stores with them."""

from __future__ import annotations

from typing import Any

from core.types import Table
from ingest.tables import make_table

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_POINTS = 2000


def chart_table(root: Any) -> Table | None:
    """Return a chart as a table: a row for each category, a column for each series."""
    names: list[str] = [""]
    columns: list[dict[int, str]] = []
    labels: dict[int, str] = {}
    for series in root.iter(f"{_C}ser"):
        named = series.find(f"{_C}tx")
        names.append(" ".join(_points(named).values()) if named is not None else "")
        places = series.find(f"{_C}cat")
        values = series.find(f"{_C}val")
        # Points in a plane have an x and a y in place of category and value.
        places = series.find(f"{_C}xVal") if places is None else places
        values = series.find(f"{_C}yVal") if values is None else values
        labels = {**_points(places), **labels}
        columns.append({key: _shown(text) for key, text in _points(values).items()})
    rows = [
        [labels.get(key, ""), *(column.get(key, "") for column in columns)]
        for key in sorted({key for column in columns for key in column})
    ]
    if not rows:
        return None
    title = root.find(f"{_C}chart/{_C}title")
    words = () if title is None else (t.text or "" for t in title.iter(f"{_A}t"))
    return make_table([names, *rows], header_rows=1, caption="".join(words))


def _points(node: Any) -> dict[int, str]:
    """Return the stored values below a node by their place; of many, the first."""
    if node is None:
        return {}
    found: dict[int, str] = {}
    for point in node.iter(f"{_C}pt"):
        place = point.get("idx", "")
        if place.isdigit() and int(place) < _MOST_POINTS:
            # Categories of several levels: the lowest comes first, and is the one that tells.
            found.setdefault(int(place), (point.findtext(f"{_C}v") or "").strip())
    return found


def _shown(value: str) -> str:
    try:
        return f"{float(value):.10g}"
    except ValueError:
        return value
