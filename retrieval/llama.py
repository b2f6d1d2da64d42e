"""Our retrieval through llama-index's interfaces, so that its ecosystem plugs in.

Imported only by who uses it; our own path from question to evidence does not pass through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import (
    BaseNode,
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryResult,
)

from core.serial import from_json, to_json
from core.types import Applicability, Chunk, Hit
from retrieval.merging import merge
from retrieval.retriever import Retriever
from retrieval.stores.base import StoredVector, VectorStore

_CHUNK = "citedesk"


def node_of(chunk: Chunk) -> TextNode:
    """Return a chunk as a node; its source is the document version, its metadata plain values."""
    metadata: dict[str, Any] = {
        "title": chunk.title,
        "headings": " > ".join(chunk.headings),
        "page": chunk.page,
        "language": chunk.language,
        "audience": chunk.audience,
        "document_id": chunk.document_id,
        "version_id": chunk.version_id,
        _CHUNK: to_json(chunk),
    }
    shown = {"title", "headings"}
    return TextNode(
        id_=chunk.id,
        text=chunk.text,
        metadata=metadata,
        excluded_embed_metadata_keys=[key for key in metadata if key not in shown],
        excluded_llm_metadata_keys=[key for key in metadata if key not in {*shown, "page"}],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.version_id)},
    )


def chunk_of(node: BaseNode) -> Chunk:
    """Return the chunk that :func:`node_of` made a node of.

    Raises:
        KeyError: the node is not one of ours.
    """
    return from_json(Chunk, node.metadata[_CHUNK])


class CiteDeskVectorStore(BasePydanticVectorStore):
    """One audience of one of our stores as a llama-index vector store; it keeps no texts."""

    stores_text: bool = False
    _store: VectorStore = PrivateAttr()
    _audience: str = PrivateAttr()

    def __init__(self, store: VectorStore, audience: str) -> None:
        super().__init__(stores_text=False)
        self._store = store
        self._audience = audience

    @property
    def client(self) -> VectorStore:
        """The store behind this one."""
        return self._store

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """Store the nodes' embeddings and return their ids."""
        self._store.put(
            self._audience,
            [
                StoredVector(
                    node.node_id,
                    node.ref_doc_id or "",
                    str(node.metadata.get("document_id", "")),
                    np.asarray(node.get_embedding(), np.float32),
                )
                for node in nodes
            ],
        )
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Forget the nodes of a source, which is a document version."""
        self._store.remove_version(self._audience, ref_doc_id)

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """Return ids and similarities of the nearest nodes.

        Raises:
            NotImplementedError: a metadata filter is asked for; audiences are collections here,
                and other narrowing happens in :class:`CiteDeskRetriever`.
        """
        if query.filters is not None and query.filters.filters:
            raise NotImplementedError("filters are applied by CiteDeskRetriever, not by the store")
        vector = np.asarray(query.query_embedding, np.float32)
        found = self._store.search(self._audience, vector, query.similarity_top_k)
        return VectorStoreQueryResult(
            ids=[f.chunk_id for f in found], similarities=[f.score for f in found]
        )


class CiteDeskRetriever(BaseRetriever):
    """Our retriever for some audiences, as llama-index's query engines expect one."""

    def __init__(
        self,
        retriever: Retriever,
        audiences: Sequence[str],
        *,
        top: int = 10,
        applicability: Applicability | None = None,
    ) -> None:
        super().__init__()
        self._retriever = retriever
        self._audiences = tuple(audiences)
        self._top = top
        self._applicability = applicability

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        evidence = self._retriever.search(
            query_bundle.query_str,
            top=self._top,
            audiences=self._audiences,
            applicability=self._applicability,
        )
        return [_scored(hit) for hit in evidence.hits]


class NeighbourPostprocessor(BaseNodePostprocessor):
    """Drops duplicates and joins neighbouring passages of whatever retriever found our nodes."""

    top: int = 10

    @classmethod
    def class_name(cls) -> str:
        """Name llama-index serialises this under."""
        return "CiteDeskNeighbourPostprocessor"

    def _postprocess_nodes(
        self,
        nodes: list[NodeWithScore],
        query_bundle: QueryBundle | None = None,  # noqa: ARG002 - merging asks no question
    ) -> list[NodeWithScore]:
        ranked = sorted(nodes, key=lambda scored: -(scored.score or 0.0))
        hits = [Hit(chunk_of(scored.node), scored.score or 0.0) for scored in ranked]
        return [_scored(hit) for hit in merge(hits, self.top)]


def _scored(hit: Hit) -> NodeWithScore:
    """A hit as a node: the passage with its neighbours, in reading order."""
    node = node_of(hit.chunk)
    node.text = "\n".join(chunk.text for chunk in hit.passages())
    node.metadata["neighbours"] = ",".join(chunk.id for chunk in hit.neighbours)
    node.excluded_embed_metadata_keys.append("neighbours")
    node.excluded_llm_metadata_keys.append("neighbours")
    return NodeWithScore(node=node, score=hit.score)
