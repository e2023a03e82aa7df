"""Gradients and shared tensors across the two processes.

*Linked* tensors (parameters, buffers of modules, leaves that require grad) are one thing in two places: each side
has a copy under the same key, and what changed since the last message is sent along with the next. *Inputs* are
tensors of a graph that are cut at the border: the other side gets a leaf. *Outputs* that hang on a graph over there
come as outputs of one autograd function, whose backward asks the other side for the gradients; since that is a call
like any other, gradients of gradients work too.

A linked tensor that belongs to the test is never changed by the code's side, unless the problem says `copy_back`.
"""

from __future__ import annotations

import weakref
import zlib
from typing import Any

import torch

from .codec import Decoder, Encoder, Malformed
from .codec_torch import decode_data, encode_data, plain, raw

Key = tuple[str, int]
MAX_GRAPH = 200_000

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


def signature(value: torch.Tensor | None) -> Any:
    """Something that differs when the numbers differ. The version counter is no use: `.data` goes around it."""
    if value is None:
        return None
    if value.layout is not torch.strided or value.device.type == "meta":
        return (value._version, id(value))
    return _signed(value.dtype, value.shape, raw(plain(value)))


def _signed(dtype: torch.dtype, shape: torch.Size, data: Any) -> Any:
    if len(data) <= 65536:
        return (dtype, shape, bytes(data))
    return (dtype, shape, zlib.crc32(data), zlib.adler32(data[:: max(1, len(data) >> 16)].tobytes()))


class _Watched:
    """A tensor whose signature is asked for again and again: its bytes are found without asking torch each time."""

    __slots__ = ("data", "dtype", "pointer", "shape")

    def __init__(self) -> None:
        self.data: Any = None

    def signature(self, value: Any) -> Any:
        """`signature`, by a shorter way while the tensor stays where it is."""
        if value is None:  # most gradients, at most times
            return None
        if not (
            self.data is not None
            and type(value) in _EXACT
            and value.data_ptr() == self.pointer
            and value.dtype is self.dtype
            and value.shape == self.shape
            and value.is_contiguous()
        ):
            self.data = self._find(value)
        return signature(value) if self.data is None else _signed(self.dtype, self.shape, self.data)

    def _find(self, value: Any) -> Any:
        """The bytes themselves, not a copy; None where they don't lie in order."""
        if type(value) not in _EXACT or value.layout is not torch.strided or value.device.type != "cpu":
            return None
        data = raw(plain(value)) if value.is_contiguous() and value.numel() and not value.is_complex() else None
        self.pointer, self.dtype, self.shape = value.data_ptr(), value.dtype, value.shape
        return data if data is not None and data.ctypes.data == self.pointer else None


_EXACT = (torch.Tensor, torch.nn.Parameter)


class _Outputs(torch.autograd.Function):
    """The other side's part of a graph, as one node of this side's."""

    @staticmethod
    def forward(ctx: Any, bridge: Bridge, token: _Token, outputs: list[torch.Tensor], *inputs: torch.Tensor) -> Any:
        ctx.set_materialize_grads(False)
        ctx.bridge, ctx.token = bridge, token
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor | None) -> Any:
        found = ctx.bridge.peer.request("backward", ctx.token.number, list(grads), list(ctx.needs_input_grad[3:]))
        if type(found) is not list or len(found) != len(ctx.needs_input_grad) - 3:
            raise Malformed("gradients")
        return (None, None, None, *found)


class _Token:
    """Lives as long as the graph does; tells the other side when its part can go."""

    def __init__(self, number: int, gone: list[int]) -> None:
        self.number, self.gone = number, gone

    def __del__(self) -> None:
        self.gone.append(self.number)


class Bridge:
    """One side's view of what is linked and which graphs are open. `side` is "a" (code) or "b" (tests)."""

    def __init__(self, peer: Any, side: str) -> None:
        self.peer, self.side = peer, side
        self.keys: dict[int, tuple[weakref.ref[torch.Tensor], Key]] = {}  # id → tensor and key
        self.tensors: dict[Key, weakref.ref[torch.Tensor]] = {}
        self.seen: dict[Key, tuple[Any, Any, bool]] = {}  # signatures at the last exchange
        self.watched: dict[Key, tuple[_Watched, _Watched]] = {}  # a tensor and its gradient
        self.held: dict[Key, torch.Tensor] = {}  # own tensors that the other side may still ask gradients for
        self.writable: set[Key] = set()  # own tensors that the code may change (copy_back)
        self.nodes: dict[int, tuple[list[torch.Tensor], list[torch.Tensor], list[torch.Tensor]]] = {}
        self.gone: list[int] = []
        self.count = 0

    def number(self) -> int:
        """A fresh number of this side."""
        self.count += 1
        return self.count

    # ---- keys

    def key_of(self, value: torch.Tensor) -> Key | None:
        """The key of a tensor that is already shared."""
        entry = self.keys.get(id(value))
        return entry[1] if entry is not None and entry[0]() is value else None

    def link(self, value: torch.Tensor, key: Key) -> None:
        """Share a tensor under a key."""
        self.keys[id(value)] = (weakref.ref(value), key)
        self.tensors[key] = weakref.ref(value)

    def find(self, key: Key) -> torch.Tensor | None:
        """The living tensor of a key."""
        ref = self.tensors.get(key)
        return ref() if ref is not None else None

    def keys_in(self, value: Any) -> set[Key]:
        """The keys of the test's own tensors in an argument."""
        found: set[Key] = set()
        if isinstance(value, torch.Tensor):
            key = self.key_of(value)
            return {key} if key is not None and key[0] == self.side else set()
        if isinstance(value, torch.nn.Module):
            for tensor in (*value.parameters(), *value.buffers()):
                found |= self.keys_in(tensor)
        elif isinstance(value, torch.optim.Optimizer):
            for group in value.param_groups:
                found |= self.keys_in(group["params"])
        elif isinstance(value, (list, tuple)):
            for item in value:
                found |= self.keys_in(item)
        elif isinstance(value, dict):
            found |= self.keys_in(list(value.values()))
        return found

    def unlink(self, keys: list[Key]) -> None:
        """Follow these tensors no longer; what is still alive is this side's alone."""
        gone = set(keys)
        for key in gone:
            for table in (self.tensors, self.seen, self.watched, self.held):
                table.pop(key, None)
        self.writable -= gone
        if gone:
            self.keys = {place: entry for place, entry in self.keys.items() if entry[1] not in gone}

    # ---- values

    def encode(self, encoder: Encoder, value: torch.Tensor, linked: bool = False) -> list[Any] | None:
        """How a tensor with a graph, a parameter or a leaf travels; None when it is a plain value."""
        key = self.key_of(value)
        leaf = value.is_leaf
        if (
            linked
            or isinstance(value, torch.nn.Parameter)
            or (leaf and value.requires_grad)
            or (key and key[0] in ("a", "b"))
        ):
            if key is None or key[0].startswith("g"):
                key = (self.side, self.number())
                self.link(value, key)
            return self.encode_linked(encoder, value, key)
        if not value.requires_grad:
            return None
        if self.side == "a":  # the code's graphs stay there, and the test gets an output of them
            encoder.grad_outputs.append(value)
            return ["G", len(encoder.grad_outputs) - 1, encode_data(encoder, value)]
        if key is None:
            key = ("gb", self.number())
            self.link(value, key)
        if torch.is_grad_enabled():
            self.held[key] = value
            while len(self.held) > 2000:
                self.held.pop(next(iter(self.held)))
        return ["R", key[1], encode_data(encoder, value)]

    def encode_linked(self, encoder: Encoder, value: torch.Tensor, key: Key) -> list[Any]:
        """A linked tensor with all that belongs to it."""
        grad = value.grad if value.is_leaf else None
        self.seen[key] = self.look(key, value)
        if key[0] == self.side:
            self.held[key] = value
        flags = (1 if isinstance(value, torch.nn.Parameter) else 0) | (2 if value.requires_grad else 0)
        data = encode_data(encoder, value)
        return ["L", key[0], key[1], flags, data, None if grad is None else encode_data(encoder, grad)]

    def decode_linked(self, decoder: Decoder, item: list[Any]) -> torch.Tensor:
        """Find or make this side's copy and bring it up to date."""
        if item[1] not in ("a", "b") or type(item[2]) is not int:
            raise Malformed("link")
        key: Key = (item[1], item[2])
        value = self.find(key)
        data = decode_data(decoder, item[4])
        grad = None if item[5] is None else decode_data(decoder, item[5])
        if value is None:
            if key[0] == self.side:
                raise Malformed("an unknown tensor of ours")
            value = torch.nn.Parameter(data, requires_grad=bool(item[3] & 2)) if item[3] & 1 else data
            if not item[3] & 1 and item[3] & 2:
                value.requires_grad_(True)
            value.grad = grad
            self.link(value, key)
            self.held[key] = value
            self.seen[key] = self.look(key, value)
            return value
        self._update(key, value, data, grad, bool(item[3] & 2))
        return value

    def _update(
        self, key: Key, value: torch.Tensor, data: torch.Tensor, grad: torch.Tensor | None, wants: bool
    ) -> None:
        now, then = (signature(data), signature(grad)), self.look(key, value)[:2]
        mine = key[0] == self.side and self.side == "b" and key not in self.writable
        if mine and now != then:
            if now != self.seen.get(key, (*now, None))[:2]:
                self.peer.changed_without_leave(value)
        elif now != then:
            with torch.no_grad():
                if now[0] != then[0]:
                    if data.dtype == value.dtype and data.shape == value.shape:
                        value.data.copy_(data)
                    else:
                        value.data = data
                if now[1] != then[1] and value.is_leaf:
                    value.grad = grad
        if mine:
            if wants != self.seen.get(key, (None, None, wants))[2]:
                self.peer.flag_without_leave()
        elif value.is_leaf and value.requires_grad != wants and (value.is_floating_point() or value.is_complex()):
            value.requires_grad_(wants)
        self.seen[key] = (*now, wants)

    def decode_input(self, decoder: Decoder, item: list[Any]) -> torch.Tensor:
        """A tensor of a graph of the tests': here a leaf, behind a copy so that it can be changed in place."""
        leaf = decode_data(decoder, item[2])
        if not torch.is_grad_enabled():
            return leaf.requires_grad_(True)
        leaf.requires_grad_(True)
        key: Key = ("gb", item[1])
        self.link(leaf, key)  # the graph keeps the leaf alive
        made = leaf.clone()
        self.keys[id(made)] = (weakref.ref(made), key)
        return made

    def decode_output(self, decoder: Decoder, item: list[Any]) -> torch.Tensor:
        """An output of the code's graph, made by `open_outputs` before the values are decoded."""
        found: torch.Tensor = decoder.outputs[item[1]]  # type: ignore[attr-defined]
        return found

    # ---- graphs

    def close_outputs(self, encoder: Encoder) -> list[Any] | None:
        """Register the outputs of an answer as one node; returns what the other side needs to know."""
        outputs = encoder.grad_outputs
        if not outputs:
            return None
        inputs, keys, private = [], [], []
        for leaf in _leaves(outputs):
            key = self.key_of(leaf)
            if key is None:
                private.append(leaf)
            else:
                inputs.append(leaf)
                keys.append(list(key))
        number = self.number()
        self.nodes[number] = (list(outputs), inputs, private)
        return [number, keys]

    def open_outputs(self, decoder: Decoder, node: Any, skeletons: list[list[Any]]) -> None:
        """Make the autograd node for the outputs of an answer."""
        outputs = [decode_data(decoder, skeleton[2]) for skeleton in skeletons]
        if any(not (one.dtype.is_floating_point or one.dtype.is_complex) for one in outputs):
            raise Malformed("a gradient of integers")
        number, keys = node
        inputs = []
        for key in keys:
            value = self.held.get((key[0], key[1]))
            if value is None:
                value = self.find((key[0], key[1]))
            if value is None:
                raise Malformed("a graph over an unknown tensor")
            inputs.append(value)
        if not any(value.requires_grad for value in inputs):
            inputs.append(torch.zeros((), requires_grad=True))
            number = -number
        token = _Token(number, self.gone)
        with torch.enable_grad():
            made = _Outputs.apply(self, token, outputs, *inputs)
        decoder.outputs = list(made)  # type: ignore[attr-defined]

    def backward(self, number: int, grads: list[Any], needs: list[bool]) -> list[Any]:
        """Gradients of a node's outputs with respect to its inputs; private leaves accumulate theirs as usual."""
        outputs, inputs, private = self.nodes[abs(number)]
        pairs = [(output, grad) for output, grad in zip(outputs, grads, strict=True) if grad is not None]
        create = torch.is_grad_enabled()
        targets = [*inputs, *private]
        if not pairs or not targets:
            return [None] * len(needs)
        with torch.enable_grad():
            found = torch.autograd.grad(
                [output for output, _ in pairs], targets, [grad for _, grad in pairs],
                retain_graph=True, create_graph=create, allow_unused=True,
            )  # fmt: skip
        for leaf, grad in zip(private, found[len(inputs) :], strict=True):
            if grad is not None and not create:
                leaf.grad = grad if leaf.grad is None else leaf.grad + grad
        result = [grad if need else None for grad, need in zip(found[: len(inputs)], needs, strict=False)]
        return result + [None] * (len(needs) - len(result))

    def forget(self, numbers: list[int]) -> None:
        """Drop graphs that the other side no longer has."""
        for number in numbers:
            self.nodes.pop(abs(number), None)

    # ---- what changed since the last message

    def look(self, key: Key, value: torch.Tensor) -> tuple[Any, Any, bool]:
        """How a linked tensor is now: its signature, its gradient's, and whether it wants one."""
        entry = self.watched.get(key)
        if entry is None:
            entry = self.watched[key] = (_Watched(), _Watched())
        wants: bool = value.requires_grad
        return entry[0].signature(value), entry[1].signature(value.grad if value.is_leaf else None), wants

    def changed(self) -> list[Key]:
        """Linked tensors whose numbers or gradients differ from what the other side has."""
        found = []
        for key in list(self.seen):
            value = self.find(key)
            if value is None:
                for table in (self.seen, self.tensors, self.watched):
                    table.pop(key, None)
            elif self.look(key, value) != self.seen[key]:
                found.append(key)
        return found

    def changes(self, encoder: Encoder) -> list[Any]:
        """What the other side is to know of `changed`."""
        pairs = [(key, self.find(key)) for key in self.changed()]
        return [self.encode_linked(encoder, value, key) for key, value in pairs if value is not None]

    def apply_changes(self, decoder: Decoder, items: list[Any]) -> None:
        """The counterpart of `changes`."""
        for item in items:
            key = (item[1], item[2])
            value = self.find(key)
            if value is not None:
                decode_linked = self.decode_linked
                decode_linked(decoder, item)


def _leaves(outputs: list[torch.Tensor]) -> list[torch.Tensor]:
    """The leaf tensors that a graph ends in, each once."""
    found: dict[int, torch.Tensor] = {}
    seen: set[Any] = set()
    queue = [output.grad_fn for output in outputs]
    while queue:
        node = queue.pop()
        if node is None or node in seen or len(seen) > MAX_GRAPH:
            continue
        seen.add(node)
        variable = getattr(node, "variable", None)
        if variable is not None and isinstance(variable, torch.Tensor) and variable.requires_grad:
            found[id(variable)] = variable
        queue.extend(following for following, _ in node.next_functions)
    return list(found.values())
