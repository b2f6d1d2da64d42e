"""Keyword indexes; tantivy by default."""

from __future__ import annotations

from retrieval.keyword.base import (
    KEYWORD_INDEXES,
    KeywordAnswer,
    KeywordFactory,
    KeywordIndex,
    query_terms,
)

__all__ = ["KEYWORD_INDEXES", "KeywordAnswer", "KeywordFactory", "KeywordIndex", "query_terms"]
