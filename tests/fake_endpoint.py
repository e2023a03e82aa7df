"""A real HTTP server on the loopback interface that speaks OpenAI's chat protocol and does what a test tells it.

::

    with FakeEndpoint() as endpoint:
        endpoint.enqueue(Reply(status=429), Reply("```python\\n…\\n```"))   # then: the default answer
        with open_model("openai/fake", Parameters(api_base=endpoint.url)) as model:
            …
        assert endpoint.calls == 2
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """One reply. `raw` replaces the whole body; `cut` ends the connection after so many bytes of it."""

    text: str = "```python\nanswer = 42\n```"
    status: int = 200
    finish_reason: str = "stop"
    error: str = "something went wrong"
    code: str | None = None  # OpenAI's machine-readable code of an error
    delay: float = 0.0
    raw: bytes | None = None
    cut: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    usage: bool = True
    message: dict[str, Any] = field(default_factory=dict)  # further fields of the message, such as a refusal

    def body(self, model: str) -> bytes:
        """The bytes to send."""
        if self.raw is not None:
            return self.raw
        if self.status != 200:
            error = {"message": self.error, "type": "error", "param": None, "code": self.code}
            return json.dumps({"error": error}).encode()
        answer: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": self.finish_reason,
                    "message": {"role": "assistant", "content": self.text, **self.message},
                }
            ],
        }
        if self.usage:
            answer["usage"] = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        return json.dumps(answer).encode()


class FakeEndpoint:
    """Counts and keeps every request. Replies in the order they were queued, then with `default`.

    `answer`, when given, makes the reply from the request's body instead of `default`. `delay` holds up every reply.
    """

    def __init__(
        self,
        default: Reply | None = None,
        *,
        answer: Callable[[dict[str, Any]], Reply] | None = None,
        key: str | None = None,
        delay: float = 0.0,
        port: int = 0,
    ) -> None:
        self.default = default or Reply()
        self.answer = answer
        self.key = key
        self.delay = delay
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._queue: deque[Reply] = deque()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The `api_base` to use."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def calls(self) -> int:
        """How many chat requests came in, refused ones included."""
        with self._lock:
            return len(self.requests)

    @property
    def prompts(self) -> list[str]:
        """The last message of every request, in the order they came in."""
        with self._lock:
            return [request["messages"][-1]["content"] for request in self.requests]

    def enqueue(self, *replies: Reply) -> None:
        """Replies for the next requests."""
        with self._lock:
            self._queue.extend(replies)

    def start(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def reply_to(self, request: dict[str, Any], headers: dict[str, str]) -> Reply:
        """Keep the request and choose its reply."""
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            queued = self._queue.popleft() if self._queue else None
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if self.key is not None and given != self.key:
            return Reply(status=401, error=f"Incorrect API key provided: {given}.", code="invalid_api_key")
        return queued or (self.answer(request) if self.answer else self.default)


def _handler(endpoint: FakeEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = json.loads(data)
            if not self.path.endswith("/chat/completions"):
                reply = Reply(status=404, error=f"no route {self.path}")
            else:
                reply = endpoint.reply_to(request, {k.lower(): v for k, v in self.headers.items()})
            time.sleep(reply.delay or endpoint.delay)
            body = reply.body(str(request.get("model", "")))
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):  # the client may have gone, as a test of timeouts wants it to
                self.wfile.write(body if reply.cut is None else body[: reply.cut])
            if reply.cut is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return Handler


def main() -> None:
    """Serve until interrupted, for a try by hand: `python tests/fake_endpoint.py`."""
    endpoint = FakeEndpoint()
    print(endpoint.url, flush=True)
    endpoint.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        endpoint.stop()


if __name__ == "__main__":
    main()
