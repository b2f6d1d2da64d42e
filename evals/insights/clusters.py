"""Questions that ask for the same thing, put together by meaning, both languages as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WITHIN = 0.955
"""From which cosine on questions of one language go together, on the average of their group."""
ACROSS = 0.87
"""From which cosine on a group of one language goes with one of the other, each being the other's
nearest. Both were measured by ``python -m evals.bench.gaps``."""

Vectors = NDArray[np.float32]


def clusters(
    languages: Sequence[str], vectors: Vectors, within: float = WITHIN, across: float = ACROSS
) -> list[list[int]]:
    """Return groups of questions that ask for the same, the largest first, as their places.

    A model puts a question nearer to others of its own language than to its translation. So
    groups are made within each language (agglomerative, average linkage), then those of the two
    languages are paired that are nearest to each other.
    """
    found: dict[str, list[list[int]]] = {}
    for language in sorted(set(languages)):
        places = [place for place, one in enumerate(languages) if one == language]
        found[language] = _grouped(places, vectors, within)
    groups: list[list[int]] = []
    for of_language in found.values():
        groups = _paired(groups, of_language, vectors, across)
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))


def centre(group: Sequence[int], vectors: Vectors) -> int:
    """Return the question of a group that is nearest to all of them."""
    likeness = vectors[list(group)] @ vectors[list(group)].sum(axis=0)
    return group[int(likeness.argmax())]


def _grouped(places: Sequence[int], vectors: Vectors, within: float) -> list[list[int]]:
    if len(places) < 2:
        return [[place] for place in places]
    from sklearn.cluster import AgglomerativeClustering

    rows = vectors[list(places)]
    distances = np.clip(1.0 - rows @ rows.T, 0.0, 2.0)
    np.fill_diagonal(distances, 0.0)
    labels = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="average",
        distance_threshold=1.0 - within,
    ).fit_predict(distances)
    groups: dict[int, list[int]] = {}
    for place, label in zip(places, labels, strict=True):
        groups.setdefault(int(label), []).append(place)
    return list(groups.values())


def _paired(
    one: list[list[int]], other: list[list[int]], vectors: Vectors, across: float
) -> list[list[int]]:
    """Join the groups that are nearest to each other."""
    if not one or not other:
        return one or other
    likeness = _means(one, vectors) @ _means(other, vectors).T
    to_other, to_one = likeness.argmax(axis=1), likeness.argmax(axis=0)
    joined = {
        place: int(partner)
        for place, partner in enumerate(to_other)
        if to_one[partner] == place and likeness[place, partner] >= across
    }
    taken = set(joined.values())
    return [
        [*group, *other[joined[place]]] if place in joined else group
        for place, group in enumerate(one)
    ] + [group for place, group in enumerate(other) if place not in taken]


def _means(groups: Sequence[Sequence[int]], vectors: Vectors) -> Vectors:
    means = np.stack([vectors[list(group)].mean(axis=0) for group in groups])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)
