"""Length-checked frames: JSON between host and server, JSON plus raw buffers between the two halves of a sample."""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any

TESTS = "tests.py"  # what the tests' file is called, though there is none
HOST_LIMIT = 256 << 20  # a response of 50 MB must get a verdict, not kill the box
WIRE_LIMIT = 512 << 20
SKELETON_LIMIT = 64 << 20
BUFFERS_LIMIT = 100_000

_HEAD = struct.Struct(">I")
_WIRE = struct.Struct(">4sIIQ")  # magic, bytes of skeleton, number of buffers, bytes of all buffers
_MAGIC = b"DBw1"


class Broken(Exception):
    """The other side sent something that is no frame of the protocol."""


class Closed(Exception):
    """The other side is gone."""


def read_exactly(fd: int, size: int) -> bytes:
    """Read `size` bytes from a descriptor; raises Closed at its end."""
    parts: list[bytes] = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            raise Closed
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_json(fd: int) -> dict[str, Any]:
    """One frame of the host's protocol: a 4-byte big-endian length and UTF-8 JSON."""
    (size,) = _HEAD.unpack(read_exactly(fd, _HEAD.size))
    if size > HOST_LIMIT:
        raise Broken(f"a frame of {size} bytes")
    try:
        frame = json.loads(read_exactly(fd, size))
    except ValueError as error:
        raise Broken(f"no JSON: {error}") from None
    if not isinstance(frame, dict):
        raise Broken("a frame is an object")
    return frame


def pack_json(frame: dict[str, Any]) -> bytes:
    """A frame's bytes. Lone surrogates stay escaped, so that any text of the code's can be told."""
    body = json.dumps(frame).encode()
    return _HEAD.pack(len(body)) + body


def write_json(fd: int, frame: dict[str, Any]) -> None:
    """The counterpart of `read_json`."""
    data = memoryview(pack_json(frame))
    while data:
        data = data[os.write(fd, data) :]


def send_wire(sock: socket.socket, skeleton: Any, buffers: list[Any]) -> None:
    """Send one message between the halves; `buffers` are bytes-like and contiguous."""
    body = json.dumps(skeleton, separators=(",", ":")).encode()
    views = [memoryview(buffer).cast("B") if len(buffer) else memoryview(b"") for buffer in buffers]
    sizes = [view.nbytes for view in views]
    total = sum(sizes)
    if total > WIRE_LIMIT or len(body) > SKELETON_LIMIT or len(views) > BUFFERS_LIMIT:
        raise OverflowError(f"a value of {total + len(body)} bytes is too large to travel")
    head = _WIRE.pack(_MAGIC, len(body), len(views), total) + struct.pack(f">{len(sizes)}Q", *sizes) + body
    if total < 65536:
        sock.sendall(head + b"".join(views))
        return
    sock.sendall(head)
    for view in views:
        sock.sendall(view)


def _receive(sock: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        got = sock.recv_into(view)
        if not got:
            raise Closed
        view = view[got:]
    return data


def receive_wire(sock: socket.socket) -> tuple[Any, list[memoryview]]:
    """Receive one message. Sizes are checked before anything is allocated for them."""
    head = _receive(sock, _WIRE.size)
    magic, body_size, count, total = _WIRE.unpack(head)
    if magic != _MAGIC or body_size > SKELETON_LIMIT or count > BUFFERS_LIMIT or total > WIRE_LIMIT:
        raise Broken("a frame with a wrong head")
    start = 8 * count + body_size
    data = memoryview(_receive(sock, start + total))
    sizes = struct.unpack(f">{count}Q", data[: 8 * count])
    if sum(sizes) != total:
        raise Broken("buffers that do not add up")
    body = bytes(data[8 * count : start])
    buffers = []
    for size in sizes:
        buffers.append(data[start : start + size])
        start += size
    try:
        return json.loads(body.decode()), buffers
    except (ValueError, RecursionError):
        raise Broken("a skeleton that is no JSON") from None
