"""Stock `torch.nn` modules, optimisers, schedulers and loaders by class name, configuration and tensors; the code's own
modules as a stand-in that is a real `nn.Module` whose parameters are linked."""

from __future__ import annotations

import functools
import types
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler
from torch.utils import data as loaders

from .codec import DECODERS, Decoder, Encoder, Malformed, Untravellable
from .handles import COMPARING, Method, is_method, no_method

_words = str.split  # a line of words reads better than a column of strings

FOLLOWED = (nn.Module, torch.optim.Optimizer, LRScheduler)  # rebuilt on the other side, and kept up to date
_PLACES = ("torch.nn.", "torch.ao.nn.")
_SKIP = frozenset(_words("_parameters _buffers _modules training _non_persistent_buffers_set _compiled_call_impl "))

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


def stock(value: nn.Module) -> bool:
    """Whether a module is of a class that torch itself brings."""
    cls = type(value)
    return (cls.__module__.startswith(_PLACES) and getattr(torch.nn, cls.__name__, None) is cls) or _nested(cls)


def _nested(cls: type) -> bool:
    return cls.__module__.startswith("torch.nn.modules") and cls.__name__ == "NonDynamicallyQuantizableLinear"


def encode(peer: Any, encoder: Encoder, value: Any) -> Any:
    """Skeletons for what this module knows; None for the rest."""
    if isinstance(value, nn.Module):
        return encoder.shared(value, lambda: _encode_module(peer, encoder, value))
    if isinstance(value, torch.optim.Optimizer) and type(value).__module__.startswith("torch.optim"):
        return encoder.shared(value, lambda: _encode_optimizer(peer, encoder, value))
    if isinstance(value, LRScheduler) and type(value).__module__.startswith("torch.optim"):
        return encoder.shared(value, lambda: _encode_scheduler(peer, encoder, value))
    if type(value) is loaders.TensorDataset:
        return ["mT", *[encoder.value(tensor) for tensor in value.tensors]]
    if type(value) is loaders.DataLoader and peer.side == "b":
        return _encode_loader(encoder, value)
    return None


# ---- modules


def _encode_module(peer: Any, encoder: Encoder, value: nn.Module) -> Any:
    number = getattr(value, "_judge_home", None)
    if number is not None and peer.imports.get(number) is value:
        return ["H", number]
    return ["M", *_structure(peer, encoder, value)]


def _structure(peer: Any, encoder: Encoder, value: nn.Module) -> list[Any]:
    is_stock = stock(value)
    if not is_stock and peer.side == "b":
        raise Untravellable(f"a module class defined in the test ({type(value).__name__}) does not travel to the code")
    number = peer.hold(value)
    peer.share_module(number, value)
    config = []
    if is_stock:
        for key, item in vars(value).items():
            if key in _SKIP or (
                key.startswith("_")
                and ("hook" in key or key in ("_judge_home", "_judge_about", "_judge_peer", "_is_full_backward_hook"))
            ):
                continue
            try:
                config += [key, encoder.value(item)]
            except (Untravellable, TypeError):
                continue
    about = {} if is_stock else peer.describe(value)
    tensors: list[Any] = []
    for kind, table in (("p", value._parameters), ("b", value._buffers)):
        for key, tensor in table.items():
            if tensor is None:
                tensors.append([kind, key, None])
            elif isinstance(tensor, nn.parameter.UninitializedTensorMixin):
                raise Untravellable("an uninitialised lazy module does not travel")
            else:
                persistent = key not in value._non_persistent_buffers_set
                tensors.append(
                    [
                        kind,
                        key,
                        encoder.shared(tensor, lambda t=tensor: peer.bridge.encode(encoder, t, linked=True)),
                        persistent,
                    ]
                )  # type: ignore[misc]
    children = [[key, None if child is None else encode(peer, encoder, child)] for key, child in value._modules.items()]
    return [
        number,
        type(value).__name__ if is_stock else None,
        config,
        {key: encoder.value(item) for key, item in about.items()},
        tensors,
        children,
        value.training,
    ]


def decode_module(decoder: Decoder, item: list[Any]) -> nn.Module:
    """Rebuild a module, or bring the one that is already here up to date."""
    _, number, label, config, about, tensors, children, training = item
    peer = decoder.peer
    value = peer.imports.get(number)
    if value is None:
        if label is None:
            value = RemoteModule.__new__(RemoteModule)
        else:
            cls = getattr(nn, str(label), None) or (
                nn.modules.linear.NonDynamicallyQuantizableLinear
                if label == "NonDynamicallyQuantizableLinear"
                else None
            )
            if not (isinstance(cls, type) and issubclass(cls, nn.Module) and str(label).isidentifier()):
                raise Malformed("module class")
            value = cls.__new__(cls)
        nn.Module.__init__(value)
        vars(value)["_judge_home"] = number
        peer.imports[number] = value
        peer.keep_module(number, value)
    if label is None:
        vars(value)["_judge_about"] = {key: decoder.value(part) for key, part in about.items()}
        vars(value)["_judge_peer"] = peer
        for name in vars(value)["_judge_about"].get("overrides") or ():
            if type(name) is str and name in _OVERRIDABLE:
                vars(value)[name] = functools.partial(_remote_method, value, name)
    for i in range(0, len(config), 2):
        key = config[i]
        if type(key) is not str or key in _SKIP or "hook" in key or key.startswith(("__", "_judge")):
            raise Malformed("module attribute")
        if callable(getattr(type(value), key, None)):
            raise Malformed("a method of a stock module")
        vars(value)[key] = decoder.value(config[i + 1])
    if peer.side == "b" and vars(value).get("inplace") and _on_copies not in value._forward_pre_hooks.values():
        value.register_forward_pre_hook(_on_copies)
    fill_structure(decoder, value, tensors, children, training)
    if number in peer.alive:
        peer.keep_module(number, value)
    return value


def _on_copies(module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """A module of the code's that works in place, called by the test: what it overwrites is not the test's."""
    return tuple(one.clone() if isinstance(one, torch.Tensor) else one for one in args)


_OVERRIDABLE = frozenset(
    _words("train eval state_dict load_state_dict parameters named_parameters zero_grad extra_repr reset_parameters ")
)


def _remote_method(value: nn.Module, name: str, *args: Any, **kwargs: Any) -> Any:
    peer = vars(value)["_judge_peer"]
    return peer.call(peer.request("get", value, name), args, kwargs)


def overrides(value: nn.Module) -> list[str]:
    """Methods of nn.Module that the code's class replaces."""
    return [
        name for name in sorted(_OVERRIDABLE) if getattr(type(value), name, None) is not getattr(nn.Module, name, None)
    ]


def fill_structure(decoder: Decoder, value: nn.Module, tensors: Any, children: Any, training: Any) -> None:
    """Register tensors and children under their names."""
    value._parameters.clear()
    value._buffers.clear()
    value._non_persistent_buffers_set.clear()
    for entry in tensors:
        kind, key, skeleton = entry[:3]
        if type(key) is not str or "." in key:
            raise Malformed("tensor name")
        tensor = None if skeleton is None else decoder.value(skeleton)
        if tensor is not None and not isinstance(tensor, torch.Tensor):
            raise Malformed("tensor")
        if kind == "p":
            if tensor is not None and not isinstance(tensor, nn.Parameter):
                raise Malformed("parameter")
            value._parameters[key] = tensor
        else:
            value._buffers[key] = tensor
            if skeleton is not None and entry[3] is False:
                value._non_persistent_buffers_set.add(key)
    made = {}
    for key, skeleton in children:
        child = None if skeleton is None else decoder.value(skeleton)
        if type(key) is not str or (child is not None and not isinstance(child, nn.Module)):
            raise Malformed("child")
        made[key] = child
    value._modules.clear()
    value._modules.update(made)
    vars(value)["training"] = training is True


class RemoteModule(nn.Module):
    """A module whose class only the code knows: parameters and children are here, `forward` is there."""

    def _judge_number(self) -> int:
        return vars(self)["_judge_home"]  # type: ignore[no-any-return]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return vars(self)["_judge_peer"].call(self, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        state = vars(self)
        for table in ("_parameters", "_buffers", "_modules"):
            if name in state.get(table, ()):
                return state[table][name]
        if (
            (name.startswith("__") and name.endswith("__"))
            or "_judge_peer" not in state
            or name.startswith(("_judge", "_h_"))
        ):
            raise AttributeError(name)
        if name in COMPARING:
            raise AttributeError(name)
        if is_method(state["_judge_about"], name):
            return Method(self, state["_judge_peer"], name)
        return state["_judge_peer"].request("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        state = vars(self)
        if name in state or name.startswith("_") or "_judge_peer" not in state:
            super().__setattr__(name, value)
            return
        no_method(state["_judge_about"], name)
        if isinstance(value, (nn.Parameter, nn.Module)) or name in state["_parameters"] or name in state["_buffers"]:
            super().__setattr__(name, value)
        state["_judge_peer"].request("set", self, name, value)

    def __len__(self) -> int:
        return int(vars(self)["_judge_peer"].request("dunder", self, "__len__"))

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: Any) -> Any:
        return vars(self)["_judge_peer"].request("dunder", self, "__getitem__", key)

    def __iter__(self) -> Any:
        return vars(self)["_judge_peer"].request("iter", self)

    def __deepcopy__(self, memo: Any) -> Any:
        return vars(self)["_judge_peer"].request("copy", self, True)

    def __repr__(self) -> str:
        return str(vars(self)["_judge_about"].get("repr"))

    def _get_name(self) -> str:
        return str(vars(self)["_judge_about"].get("class"))

    def extra_repr(self) -> str:
        return ""


# ---- optimisers


def _encode_optimizer(peer: Any, encoder: Encoder, value: torch.optim.Optimizer) -> Any:
    number = getattr(value, "_judge_home", None)
    mine = number is None or peer.imports.get(number) is not value
    number = peer.hold(value) if mine else number
    groups = []
    for group in value.param_groups:
        options = {key: item for key, item in group.items() if key != "params"}
        groups.append([encoder.value(options), [encoder.value(parameter) for parameter in group["params"]]])
    state = [
        [encoder.value(parameter), encoder.value({key: _free(item) for key, item in entries.items()})]
        for parameter, entries in value.state.items()
    ]
    cls = type(value)
    # In this order on both sides: what was sent once is only mentioned afterwards.
    return ["mO", [number, mine], f"{cls.__module__}.{cls.__name__}", encoder.value(value.defaults), groups, state]


def _free(item: Any) -> Any:
    return item.detach().clone() if isinstance(item, torch.Tensor) else item


def _known_optimizer(label: Any) -> type:
    cls = getattr(torch.optim, str(label).rpartition(".")[2], None)
    if not (isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer)):
        raise Malformed("optimiser")
    return cls


def _decode_optimizer(decoder: Decoder, item: list[Any]) -> Any:
    (number, theirs), label, defaults, groups, state = item[1:]
    peer = decoder.peer
    value = peer.imports.get(number) if theirs else peer.resolve(number)
    fresh = value is None
    decoded = [(decoder.value(options), [decoder.value(one) for one in parameters]) for options, parameters in groups]
    entries = [(decoder.value(parameter), decoder.value(values)) for parameter, values in state]
    plain_defaults = decoder.value(defaults)
    if not fresh and not theirs and peer.side == "b" and id(value) not in peer.writable_objects:
        return value
    if fresh:
        cls = _known_optimizer(label)
        value = cls.__new__(cls)
        torch.optim.Optimizer.__init__(
            value, [{**options, "params": parameters} for options, parameters in decoded], plain_defaults
        )
        value._judge_home = number
        peer.imports[number] = value
        peer.keep_module(number, value)
    else:
        for group, (options, parameters) in zip(value.param_groups, decoded, strict=False):
            group.update(options)
            group["params"] = parameters
        for options, parameters in decoded[len(value.param_groups) :]:
            value.param_groups.append({**options, "params": parameters})
    value.state.clear()
    for parameter, values in entries:
        value.state[parameter] = values
    return value


def _encode_scheduler(peer: Any, encoder: Encoder, value: LRScheduler) -> Any:
    number = getattr(value, "_judge_home", None)
    mine = number is None or peer.imports.get(number) is not value
    number = peer.hold(value) if mine else number
    fields = {}
    for key, item in vars(value).items():
        if key in ("optimizer", "_judge_home", "_schedulers") or isinstance(item, types.MethodType):
            continue
        fields[key] = encoder.value(item)
    parts = [encode(peer, encoder, one) for one in getattr(value, "_schedulers", [])]
    return [
        "mS",
        [number, mine],
        type(value).__name__,
        encode(peer, encoder, value.optimizer),
        [[k, v] for k, v in fields.items()],
        parts,
    ]


def _decode_scheduler(decoder: Decoder, item: list[Any]) -> Any:
    (number, theirs), label, optimizer, fields, parts = item[1:]
    peer = decoder.peer
    cls = getattr(torch.optim.lr_scheduler, str(label), None)
    if not (isinstance(cls, type) and issubclass(cls, LRScheduler)):
        raise Malformed("scheduler")
    value = peer.imports.get(number) if theirs else peer.resolve(number)
    values = {str(key): decoder.value(skeleton) for key, skeleton in fields}
    if any(callable(getattr(cls, key, None)) or key.startswith("__") for key in values):
        raise Malformed("a method of a scheduler")
    children = [decoder.value(part) for part in parts]
    held = decoder.value(optimizer)
    if value is not None and not theirs and peer.side == "b" and id(value) not in peer.writable_objects:
        return value
    if value is None:
        value = cls.__new__(cls)
        value._judge_home = number
        peer.imports[number] = value
        peer.keep_module(number, value)
    vars(value).update({key: one for key, one in values.items() if not key.startswith("__")})
    value.optimizer = held
    if children:
        value._schedulers = children
    return value


# ---- loaders


def _encode_loader(encoder: Encoder, value: Any) -> Any:
    dataset = value.dataset
    sampler = value.sampler
    shuffle = isinstance(sampler, loaders.RandomSampler)
    if value.batch_size is None or type(sampler) not in (loaders.RandomSampler, loaders.SequentialSampler):
        return None
    custom = value.collate_fn is not loaders.default_collate
    return ["mD", encoder.value(dataset), value.batch_size, shuffle, value.drop_last, encoder.value(value.generator),
            encoder.value(value.collate_fn) if custom else None]  # fmt: skip


def _decode_loader(decoder: Decoder, item: list[Any]) -> Any:
    dataset = decoder.value(item[1])
    generator = decoder.value(item[5])
    collate = None if item[6] is None else decoder.value(item[6])
    return loaders.DataLoader(
        dataset,
        batch_size=item[2],
        shuffle=bool(item[3]),
        drop_last=bool(item[4]),
        generator=generator,
        collate_fn=collate,
    )


def encode_back(peer: Any, encoder: Encoder, value: Any) -> list[Any]:
    """The test's own modules and optimisers in an argument, as they are now."""
    if isinstance(value, nn.Module):
        number = getattr(value, "_judge_home", None)
        if number is None or peer.imports.get(number) is not value:
            return []
        _, _, _, tensors, children, training = _structure(peer, encoder, value)[1:]
        return [["mB", number, tensors, children, training]]
    if isinstance(value, (torch.optim.Optimizer, LRScheduler)):
        return [encode(peer, encoder, value)]
    if isinstance(value, (list, tuple)):
        return [one for item in value for one in encode_back(peer, encoder, item)]
    if isinstance(value, dict):
        return [one for item in value.values() for one in encode_back(peer, encoder, item)]
    return []


def _decode_back(decoder: Decoder, item: list[Any]) -> None:
    value = decoder.peer.resolve(item[1])
    if not isinstance(value, nn.Module) or id(value) not in decoder.peer.writable_objects:
        raise Malformed("a module that was not to come back")
    fill_structure(decoder, value, item[2], item[3], item[4])


DECODERS.update(
    {
        "M": decode_module,
        "mO": _decode_optimizer,
        "mS": _decode_scheduler,
        "mT": lambda d, s: loaders.TensorDataset(*[d.value(part) for part in s[1:]]),
        "mD": _decode_loader,
        "mB": _decode_back,
    }
)
