"""The call protocol between the halves: requests, answers, nested requests; shared.py has the state that goes along.

Both sides use this class; what they allow the other to do differs (`serve`). The examiner trusts nothing that it reads:
a wrong serial number, an unknown tag or a size that doesn't add up ends the sample.
"""

from __future__ import annotations

import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from . import codec, codec_classes, qualified  # noqa: F401 - classes register themselves
from .codec import Decoder, Encoder, Malformed
from .codec_errors import describe_exception, rebuild_exception
from .frames import Broken, Closed, receive_wire, send_wire
from .shared import Shared

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


def load_codecs() -> None:
    """Register the codecs of the libraries that are imported; called again when the code may have imported more."""
    if "numpy" in sys.modules:
        from . import codec_numpy  # noqa: F401
    if "torch" in sys.modules:
        from . import bridge, codec_torch, modules  # noqa: F401
    if "pandas" in sys.modules:
        from . import codec_pandas  # noqa: F401
    if "jax" in sys.modules:
        from . import codec_jax  # noqa: F401


class Left(BaseException):
    """The code's side asked to leave (`sys.exit`), or is gone."""


class Peer(Shared):
    """One end of the wire. `side` is "a" for the code's process, "b" for the tests'."""

    def __init__(self, sock: socket.socket, side: str) -> None:
        super().__init__(side)
        self.sock = sock
        self.serial = 0
        self.handles = 0
        self.dropped: list[list[int]] = []
        self.broken: str | None = None
        self.sent_masks = False  # whether a masked array went to the other side
        load_codecs()
        if "torch" in sys.modules:
            from .bridge import Bridge

            self.bridge = Bridge(self, side)

    # ---- what differs between the sides

    def serve(self, op: str, arguments: list[Any]) -> Any:
        """Do what the other side asks for."""
        raise NotImplementedError

    def keeps_class(self, cls: type) -> bool:
        """Whether objects of a class stay here even if they could travel."""
        return False

    def describe(self, value: Any) -> dict[str, Any]:
        """What the other side needs to know to stand in for an object."""
        raise NotImplementedError

    def stand_in(self, number: int, about: dict[str, Any]) -> Any:
        """A new stand-in for an object of the other side."""
        raise NotImplementedError

    def changed_without_leave(self, value: Any) -> None:
        """The code changed a value of the test's that it had no leave to change."""

    def flag_without_leave(self) -> None:
        """The code set `requires_grad` on a tensor of the test's that it had no leave to change."""

    def extras(self) -> dict[str, Any]:
        """What goes along with an answer."""
        return {}

    def take_extras(self, extras: dict[str, Any], decoder: Decoder) -> None:
        """Take what came along with an answer."""

    # ---- handles

    @property
    def dropped_later(self) -> list[list[int]]:
        """Where the ends of stand-ins are noted; the list is handed to finalizers and must stay the same one."""
        return self.dropped

    def export_by_kind(self, encoder: Encoder, value: Any) -> Any:
        """Skeletons for stand-ins going home and for what libraries define; None for anything else."""
        home = stand_in_number(value)
        if home is not None:
            return ["H", home]
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)) or type(value).__name__ in (
            "ufunc", "_ArrayFunctionDispatcher",
        ):  # fmt: skip
            return self.qualified(value)
        if self.bridge is not None:
            from . import modules

            return modules.encode(self, encoder, value)
        return None

    def qualified(self, value: Any, path: str | None = None) -> Any:
        """A function, class or enum member of a library, by name; None for all that is to stay here."""
        module = getattr(value, "__module__", None) or "numpy"
        path = path or getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
        for place in (module, *qualified.PLACES):
            try:
                found = qualified.resolve(place, path)
            except AttributeError:
                continue
            if found is value and (self.side == "b" or qualified.may_come_from_code(place, path, found)):
                return ["q", place, path]
        return None

    def export(self, encoder: Encoder, value: Any) -> list[Any]:
        """Keep an object here and send a handle."""
        number = self.hold(value)
        about = self.describe(value)
        return ["h", number, {key: encoder.value(item) for key, item in about.items()}]

    def hold(self, value: Any) -> int:
        """The number of a kept object."""
        number = self.numbers.get(id(value))
        if number is None:
            self.handles += 1
            number = self.handles
            self.exports[number] = value
            self.numbers[id(value)] = number
            self.counts[number] = 0
        self.counts[number] += 1
        return number

    def release(self, drops: list[list[int]]) -> None:
        """Forget objects whose stand-ins are gone."""
        for number, count in drops:
            if number not in self.exports:
                continue
            self.counts[number] -= count
            if self.counts[number] <= 0:
                self.keep_no_more(number, id(self.exports[number]))

    def decode_handle(self, decoder: Decoder, item: list[Any]) -> Any:
        """A stand-in, the same one for the same object."""
        number = item[1]
        if type(number) is not int or type(item[2]) is not dict:
            raise Malformed("handle")
        known = self.imports.get(number)
        if known is None:
            known = self.stand_in(number, {key: decoder.value(part) for key, part in item[2].items()})
            self.imports[number] = known
        count_received(known)
        return known

    def resolve(self, number: Any) -> Any:
        """The kept object of a number."""
        if type(number) is not int or number not in self.exports:
            raise Malformed("an unknown handle")
        return self.exports[number]

    # ---- requests and answers

    def request(self, op: str, *arguments: Any) -> Any:
        """Ask the other side, serving what it asks meanwhile; raises what it raised."""
        with self.lock:
            if self.broken:
                raise ConnectionError(self.broken)
            self.serial += 1
            serial = self.serial
            encoder = Encoder(self)
            body = [encoder.value(argument) for argument in arguments]
            self._send({"n": serial, "op": op, "a": body}, encoder)
            while True:
                message, decoder = self._receive()
                if "op" in message:
                    self._answer(message, decoder)
                    continue
                if message.get("n") != serial:
                    raise self._break(Broken("an answer to another question"))
                return self._result(message, decoder, encoder)

    def _result(self, message: dict[str, Any], decoder: Decoder, encoder: Encoder) -> Any:
        try:
            decoder.origin = encoder.mutable  # type: ignore[attr-defined]
            if message.get("g") is not None and self.bridge is not None:
                self.bridge.open_outputs(decoder, message["g"], _outputs(message["r"]))
            value = decoder.value(message.get("r")) if "r" in message else None
            self.take_extras(message.get("x") or {}, decoder)
        except (Malformed, KeyError, TypeError, IndexError, ValueError, AttributeError, RuntimeError) as error:
            raise self._break(Broken(f"an answer that makes no sense: {error}")) from None
        if "e" in message:
            raise self.remote_error(message["e"])
        return value

    def remote_error(self, item: Any) -> BaseException:
        """The exception of the other side, with its traceback as text."""
        try:
            error = rebuild_exception(item[0])
        except (Malformed, TypeError, IndexError, KeyError) as problem:
            return self._break(Broken(f"an exception that makes no sense: {problem}"))
        error.remote_traceback = str(item[1])[:50_000]  # type: ignore[attr-defined]
        return error

    def _break(self, error: Broken) -> BaseException:
        self.broken = str(error)
        return error

    def serve_forever(self) -> None:
        """Answer requests until the other side is gone."""
        while True:
            try:
                message, decoder = self._receive()
            except Closed:
                return
            self._answer(message, decoder)

    def _answer(self, message: dict[str, Any], decoder: Decoder) -> None:
        serial = message.get("n")
        encoder = Encoder(self)
        answer: dict[str, Any] = {"n": serial}
        try:
            arguments = [decoder.value(argument) for argument in message["a"]]
            result = self.perform(str(message["op"]), arguments, decoder)
            load_codecs()
            answer["r"] = encoder.value(result)
            if self.bridge is not None:
                answer["g"] = self.bridge.close_outputs(encoder)
        except (SystemExit, Exception) as error:
            encoder = Encoder(self)
            answer = {
                "n": serial,
                "e": [describe_exception(error), format_error(error)],
                "exit": isinstance(error, SystemExit),
            }
        answer["x"] = self.extras_of(decoder, encoder)
        try:
            self._send(answer, encoder)
        except (OverflowError, ValueError) as error:
            self._send({"n": serial, "e": [describe_exception(error), ""]}, Encoder(self))

    def perform(self, op: str, arguments: list[Any], decoder: Decoder) -> Any:
        """`serve`, with whatever a side wraps around it."""
        return self.serve(op, arguments)

    def extras_of(self, decoder: Decoder, encoder: Encoder) -> dict[str, Any]:
        """Encoded extras of an answer."""
        return {}

    def _send(self, message: dict[str, Any], encoder: Encoder) -> None:
        message["s"] = self.state(encoder)
        if self.let_go:
            message["w"], self.let_go = self.let_go, []
        if self.dropped:
            message["d"] = list(self.dropped)
            self.dropped.clear()
        if self.bridge is not None and self.bridge.gone:
            message["f"] = list(self.bridge.gone)
            self.bridge.gone.clear()
        try:
            send_wire(self.sock, message, encoder.buffers)
        except OSError:
            self.broken = "the other process is gone"
            raise Closed from None

    def _receive(self) -> tuple[dict[str, Any], Decoder]:
        try:
            message, buffers = receive_wire(self.sock)
        except OSError:
            self.broken = "the other process is gone"
            raise Closed from None
        except Closed:
            self.broken = "the other process is gone"
            raise
        except Broken as error:
            raise self._break(error) from None
        except MemoryError:
            self.broken = "no memory for a message"
            raise
        if type(message) is not dict:
            raise self._break(Broken("a message that is no object"))
        decoder = Decoder(buffers, self)
        try:
            if self.side == "a":
                self.unlink(message.get("w") or [])
            self.release(message.get("d") or [])
            if self.bridge is not None:
                self.bridge.forget(message.get("f") or [])
            self.take_state(message.get("s") or {}, Decoder(buffers, self))
        except (Malformed, KeyError, TypeError, IndexError, ValueError, AttributeError, RuntimeError) as error:
            raise self._break(Broken(f"a state that makes no sense: {error}")) from None
        return message, decoder


def _outputs(skeleton: Any) -> list[list[Any]]:
    """All graph outputs in a skeleton, in the order of their numbers."""
    found: dict[int, list[Any]] = {}
    queue = [skeleton]
    while queue:
        item = queue.pop()
        if type(item) is list:
            if len(item) == 3 and item[0] == "G":
                found[item[1]] = item
            else:
                queue.extend(item)
        elif type(item) is dict:
            queue.extend(item.values())
    if sorted(found) != list(range(len(found))):
        raise Malformed("outputs")
    return [found[i] for i in range(len(found))]


def stand_in_number(value: Any) -> int | None:
    """The other side's number of a stand-in; None for everything else."""
    state = getattr(type(value), "_judge_number", None)
    if state is None:
        return None
    number: int | None = state(value)
    return number


def count_received(stand_in: Any) -> None:
    """One more mention of an object that the other side keeps."""
    counter = getattr(type(stand_in), "_judge_count", None)
    if counter is not None:
        counter(stand_in)


def format_error(error: BaseException) -> str:
    """A traceback that starts at the code's own first frame."""
    import traceback

    try:
        frames = [
            f for f in traceback.extract_tb(error.__traceback__) if "/judge/" not in f.filename.replace("\\", "/")
        ]
        lines = traceback.format_list(frames[:4] + frames[-12:] if len(frames) > 16 else frames)
        return "".join(["Traceback (most recent call last):\n", *lines, *traceback.format_exception_only(error)])[
            :50_000
        ]
    except Exception:
        return type(error).__name__


def _decode_home(decoder: Decoder, item: list[Any]) -> Any:
    return decoder.peer.resolve(item[1])


codec.DECODERS["h"] = lambda d, s: d.peer.decode_handle(d, s)
codec.DECODERS["H"] = _decode_home
_Callback = Callable[..., Any]
