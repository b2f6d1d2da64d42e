"""What we add to a language model's time: until its first token is told, and after its last one.

``python -m evals.bench.streaming --data DIR`` has an endpoint of its own write, after a given wait
and at a given pace, three sentences of the passages in other words and one that nothing supports,
to questions behind the first 400 of cmrc2018 and xquad_en, with passages from a plain BM25. The
model's own time is known exactly, so all else is ours:

- ``evidence``: until the passages are there, which no drafter can be faster than;
- ``before the first token``: from the evidence until the token is told, less the model's wait;
- ``after the last token``: until the draft is whole, with what is left of its check.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from answer.base import DRAFTERS, DrafterParts
from answer.engine import AnswerEngine
from answer.extractive.datasets import Bm25, load_set
from answer.extractive.vectors import VectorCache
from answer.generative.endpoint import EndpointModel
from answer.triage import Triager
from core.text import is_chinese, split_sentences
from core.types import PUBLIC, Applicability, Evidence, Turn
from evals.bench.answering import Clock
from retrieval.asked import Asked
from retrieval.training.sets import REPORTED

_SETS = ("cmrc2018", "xquad_en")
_WARM = 3
_INVENTED = {
    "zh": "详情请到附近的门店咨询店员。",
    "en": "Ask the staff of a shop near you for more.",
}
_LEAD = {"zh": "根据资料，", "en": "As the passage says, "}
_PASSAGE = re.compile(r'<passage-\w+ number="1"[^>]*>\n(.*?)\n</passage-', re.DOTALL)
_PIECE = re.compile(r"[\u3400-\u9fff]{1,2}|[^\u3400-\u9fff]{1,4}", re.DOTALL)


@dataclass(slots=True)
class Writer:
    """An endpoint that writes what the first passage says, at a pace of its own."""

    wait_s: float
    every_s: float
    url: str = ""
    ended: list[float] = field(default_factory=list)
    """When the last token of each reply was sent, by ``time.perf_counter``."""

    def reply(self, prompt: str) -> str:
        """Return three sentences of the first passage in other words, and one of nobody's."""
        found = _PASSAGE.search(prompt)
        text = found.group(1) if found else ""
        language = "zh" if is_chinese(text) else "en"
        spans = [s.text for line in text.splitlines() for s in split_sentences(line)]
        said = [f"{_LEAD[language]}{text} [1]" for text in spans[:3]]
        return "\n".join([*said[:2], f"{_INVENTED[language]} [1]", *said[2:]])


class _Passages:
    def __init__(self, index: Bm25) -> None:
        self._index = index

    def search(
        self,
        query: str | Asked,
        *,
        top: int = 10,
        audiences: Sequence[str],  # noqa: ARG002 (the port's form)
        applicability: Applicability | None = None,  # noqa: ARG002
        explain: bool = False,  # noqa: ARG002
    ) -> Evidence:
        """Return the best passages."""
        text = query if isinstance(query, str) else query.text
        return Evidence(text, self._index.search(text, top))


@contextmanager
def writing(writer: Writer) -> Iterator[Writer]:
    """Serve a writer as a plain streaming chat-completions endpoint on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            time.sleep(writer.wait_s)
            pieces = _PIECE.findall(writer.reply(asked["messages"][-1]["content"]))
            try:
                for number, piece in enumerate(pieces, 1):
                    if number == len(pieces):
                        writer.ended.append(time.perf_counter())
                    self._send(piece, "stop" if number == len(pieces) else None)
                    time.sleep(writer.every_s)
            except OSError:
                # Whoever asked wants no more of it.
                return

        def _send(self, piece: str, ended: str | None) -> None:
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": ended}
            event = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
            self.wfile.write(b"data: " + json.dumps({**event, "choices": [choice]}).encode())
            self.wfile.write(b"\n\n")
            self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        writer.url = f"http://127.0.0.1:{server.server_port}/v1"
        yield writer
    finally:
        server.shutdown()


def measure(folder: Path, embedder: Any, writer: Writer, queries: int) -> dict[str, Any]:
    """Return milliseconds at the median and the 95th percentile for one set."""
    held = load_set(folder)
    asked = [query.text for query in held.queries[REPORTED : REPORTED + queries + _WARM]]
    vectors = VectorCache(embedder)
    model = EndpointModel(writer.url, "writer")
    drafter = DRAFTERS.get("generative")(DrafterParts(embedder=vectors, language_model=model))
    engine = AnswerEngine(
        _Passages(Bm25(held.chunks)),
        {"generative": drafter},
        default="generative",
        triager=Triager(vectors),
    )
    rows = [row for question in asked if (row := _one(engine, writer, question))][_WARM:]
    names = rows[0] if rows else {}
    return {
        "drafts": len(rows),
        **{
            name: {
                f"p{share}": round(float(np.percentile([r[name] for r in rows], share)), 1)
                for share in (50, 95)
            }
            for name in names
        },
    }


def _one(engine: AnswerEngine, writer: Writer, question: str) -> dict[str, float]:
    """The times of one draft; none where the model was not asked, or did not write the draft."""
    writer.ended.clear()
    clock = Clock()
    draft, _ = engine.answer(
        [Turn("customer", question)], audiences=(PUBLIC,), draft_id="bench", follower=clock
    )
    ended = time.perf_counter()
    if draft.drafter != "writer" or "first token" not in clock.at:
        return {}
    evidence, first = clock.at["first evidence"], clock.at["first token"]
    return {
        "evidence": evidence,
        "before the first token": first - evidence - writer.wait_s * 1000,
        "after the last token": (ended - writer.ended[-1]) * 1000,
    }


def main() -> None:
    """Measure both sets and print."""
    from retrieval.embedding import load_embedder

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the question sets")
    parser.add_argument("--models", type=Path, default=Path(".models"))
    parser.add_argument("--queries", type=int, default=15, help="of each set")
    parser.add_argument("--wait", type=float, default=0.3, help="seconds to the first token")
    parser.add_argument("--every", type=float, default=0.02, help="seconds between tokens")
    options = parser.parse_args()
    embedder = load_embedder(options.models)
    with writing(Writer(options.wait, options.every)) as writer:
        for name in _SETS:
            found = measure(options.data / name, embedder, writer, options.queries)
            print(name, json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
