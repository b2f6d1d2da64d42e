"""The vectors of questions that found nothing, kept so that each is embedded once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from answer.extractive.vectors import VectorCache
from core.database import Database
from core.errors import Conflict
from evals.insights.tables import QuestionVectorRow

_BATCH = 500
Vector = NDArray[np.float32]


class QuestionVectors:
    """Vectors by the marks of questions; of another embedder, others."""

    def __init__(self, database: Database, embedder: VectorCache) -> None:
        self._database = database
        self._embedder = embedder

    def of(self, questions: Mapping[str, str], most_new: int) -> dict[str, Vector]:
        """Return the vector of each question by its mark, embedding ``most_new`` at most."""
        found = self._kept(list(questions))
        new = [mark for mark in questions if mark not in found][:most_new]
        made = {mark: self._embedder.query(questions[mark]) for mark in new}
        self._keep(made)
        return {**found, **made}

    def _kept(self, marks: list[str]) -> dict[str, Vector]:
        found: dict[str, Vector] = {}
        with self._database.read() as session:
            for start in range(0, len(marks), _BATCH):
                rows = session.execute(
                    select(QuestionVectorRow.mark, QuestionVectorRow.vector).where(
                        QuestionVectorRow.mark.in_(marks[start : start + _BATCH]),
                        QuestionVectorRow.fingerprint == self._embedder.fingerprint,
                    )
                )
                for mark, packed in rows:
                    vector = np.frombuffer(packed, dtype=np.float16).astype(np.float32)
                    found[mark] = vector / np.linalg.norm(vector)
        return found

    def _keep(self, made: Mapping[str, Vector]) -> None:
        name = self._embedder.fingerprint
        for mark, vector in made.items():
            packed = vector.astype(np.float16).tobytes()
            try:
                with self._database.begin() as session:
                    session.add(QuestionVectorRow(mark=mark, fingerprint=name, vector=packed))
            except Conflict:
                # Another process has embedded it since ours looked.
                continue
