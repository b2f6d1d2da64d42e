"""Vector stores; Chroma by default."""

from __future__ import annotations

from retrieval.stores.base import STORES, Found, StoredVector, StoreFactory, VectorStore

__all__ = ["STORES", "Found", "StoreFactory", "StoredVector", "VectorStore"]
