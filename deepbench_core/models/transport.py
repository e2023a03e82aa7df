"""The HTTP client that answers come through: bounded in size and time, and tolerant of bytes that are not UTF-8."""

from __future__ import annotations

import time
from typing import Any

import httpx


class _TooLarge(httpx.TransportError):
    """An answer beyond every bound."""


class _BoundedClient(httpx.Client):
    """Reads an answer whole, up to a number of bytes and within the read timeout, and repairs its UTF-8."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self._limit = limit

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Like httpx.Client.send. A timeout of httpx holds for each read; here it holds for all of them together."""
        seconds = request.extensions.get("timeout", {}).get("read") or float("inf")
        deadline = time.monotonic() + seconds
        response = super().send(request, stream=True, **options)
        if stream:
            return response
        try:
            body = bytearray()
            for block in response.iter_bytes():
                body += block
                if len(body) > self._limit:
                    raise _TooLarge(f"more than {self._limit} bytes", request=request)
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout(f"not complete after {seconds:g} seconds", request=request)
        finally:
            response.close()
        content = bytes(body)
        try:
            content.decode()
        except UnicodeDecodeError:
            content = content.decode(errors="replace").encode()
        headers = [
            (k, v)
            for k, v in response.headers.multi_items()
            if k not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        whole = httpx.Response(
            response.status_code,
            headers=headers,
            content=content,
            request=response.request,
            extensions=response.extensions,
        )
        whole.elapsed = response.elapsed
        whole.history = response.history
        return whole


def client(limit: int, verify: Any = True) -> httpx.Client:
    """A client for litellm's providers that speak OpenAI's protocol; `verify` is litellm's TLS configuration."""
    return _BoundedClient(limit, follow_redirects=True, timeout=None, verify=verify)
