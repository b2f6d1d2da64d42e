"""A judge's endpoint on a loopback port that answers as a test has it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Said = Callable[[str, dict[str, Any]], Any]
"""From a schema's name and the prompt's own input to what is said: JSON, text or a status."""


@dataclass
class JudgeServer:
    """Where it is, and what it was asked."""

    url: str
    prompts: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def judge_server(say: Said) -> Iterator[JudgeServer]:
    """Serve chat completions; a number that is said is the status of the answer."""
    held = JudgeServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prompt = body["messages"][-1]["content"]
            held.prompts.append(prompt)
            held.keys.append(self.headers.get("Authorization", ""))
            form = body.get("response_format", {"json_schema": {"name": ""}})
            name = form["json_schema"]["name"]
            said = say(name, _input(prompt))
            with suppress(OSError):
                self._send(said)

        def _send(self, said: Any) -> None:
            if isinstance(said, int):
                text, status = f"refused {held.keys[-1]}", said
            else:
                words = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
                text, status = json.dumps(_completion(words)), 200
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    held.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def by_the_letter(name: str, given: dict[str, Any]) -> Any:
    """Judge as a careful reader of words would: what stands there counts, all else does not."""
    if name == "StatementGeneratorOutput":
        return {"statements": _sentences(given["answer"])}
    if name == "ClaimDecompositionOutput":
        return {"claims": _sentences(given["response"])}
    if name == "NLIStatementOutput":
        return {
            "statements": [
                {"statement": one, "reason": "", "verdict": int(one in given["context"])}
                for one in given["statements"]
            ]
        }
    if name == "ClassificationWithReason":
        ours, theirs = given["answer"], given["ground_truth"]
        sides = {
            "TP": [one for one in ours if one in theirs],
            "FP": [one for one in ours if one not in theirs],
            "FN": [one for one in theirs if one not in ours],
        }
        return {
            side: [{"statement": one, "reason": "r"} for one in found]
            for side, found in sides.items()
        }
    if name == "AnswerRelevanceOutput":
        evasive = any(words in given["response"] for words in ("not sure", "不太清楚"))
        return {"question": given["response"], "noncommittal": int(evasive)}
    if name == "ContextPrecisionOutput":
        return {"reason": "r", "verdict": int(given["answer"] in given["context"])}
    return {
        "classifications": [
            {"statement": one, "reason": "r", "attributed": int(one in given["context"])}
            for one in _sentences(given["answer"])
        ]
    }


def _sentences(text: str) -> list[str]:
    cut = text.replace("。", "\n").replace(". ", "\n").splitlines()
    return [one.strip(" .") for one in cut if one.strip(" .")]


def _input(prompt: str) -> dict[str, Any]:
    """What ragas gives a judge as its input; nothing of any other prompt."""
    _, marked, rest = prompt.rpartition("\ninput: ")
    read: dict[str, Any] = json.JSONDecoder().raw_decode(rest)[0] if marked else {}
    return read


def _completion(words: str) -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": words},
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
