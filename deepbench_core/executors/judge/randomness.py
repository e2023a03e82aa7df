"""The random numbers that everybody seeds: one stream across two processes.

What the code's process reports back is believed only where an honest program could have got there: a little further
along the test's own stream, or freshly seeded with a small number. A state of the code's choice (all zeros draws zeros)
would choose the inputs, and so would one of millions to choose from: what is far along, or seeded with anything else,
is replaced by a state that follows from it in a way that the code can't foresee.
"""

from __future__ import annotations

import ctypes
import hashlib
import random
import struct
import sys
from typing import Any

NEAR, MAX_BLOCKS = 8, 4000  # of 624 draws
SMALL_SEED = 10_000
_TORCH = struct.Struct("<QiiQ")  # seed, left, seeded, next
_NORMALS = struct.Struct("<dddi")
_SINGLE = struct.Struct("<f?3x")


def state(label: str) -> Any:
    """The state of a library's own generator."""
    if label == "python":
        return random.getstate()
    if label == "numpy":
        return sys.modules["numpy"].random.get_state()
    return sys.modules["torch"].get_rng_state()


def labels() -> list[str]:
    """The libraries whose generators there are."""
    return ["python", *(name for name in ("numpy", "torch") if name in sys.modules)]


class Marks:
    """Tells at each message whether a generator has moved, for a hundredth of what its state costs to read.

    Both Mersenne twisters are looked at where they lie in memory. The place is tried out first; where it is another,
    the state itself is the mark.
    """

    def __init__(self) -> None:
        self._python = _place_of_python()
        self._numpy: tuple[Any, int | None] = (None, None)  # bit generator, address
        self._gauss: tuple[bytes, Any] | None = None  # words, and the state if it holds a normal number in reserve

    def mark(self, label: str) -> Any:
        """Something that differs when the state does."""
        if label == "torch":
            return sys.modules["torch"].default_generator.get_state().numpy().tobytes()
        if label == "numpy":
            return self._mark_numpy()
        if self._python is None:
            return random.getstate()
        return ctypes.string_at(self._python, _TWISTER), getattr(_own(), "gauss_next", None)

    def _mark_numpy(self) -> Any:
        module = sys.modules["numpy"].random
        bits = module.mtrand._rand._bit_generator
        if bits is not self._numpy[0]:
            self._numpy = (bits, _place_of_numpy(bits))
        address = self._numpy[1]
        if address is None:
            return repr(module.get_state())
        words = ctypes.string_at(address, _TWISTER)
        # The number in reserve can go without a draw, and come only with one.
        if self._gauss is None or self._gauss[0] != words or self._gauss[1] is not None:
            kept = module.get_state()[3:]
            self._gauss = (words, kept if kept[0] else None)
        return self._gauss


_TWISTER = 4 + 4 * 624  # 624 words and a position


def _own() -> Any:
    return getattr(random, "_inst", None)


def _place_of_python() -> int | None:
    own = _own()
    if not isinstance(own, random.Random):
        return None
    address = id(own) + object.__basicsize__
    words = own.getstate()[1]
    there = struct.unpack("=i624I", ctypes.string_at(address, _TWISTER)) if sys.getsizeof(own) > _TWISTER else ()
    return address if there == (words[-1], *words[:-1]) else None


def _place_of_numpy(bits: Any) -> int | None:
    if type(bits).__name__ != "MT19937":
        return None
    address = int(bits.ctypes.state_address)
    held = bits.state["state"]
    there = struct.unpack("=624Ii", ctypes.string_at(address, _TWISTER))
    return address if there == (*held["key"].tolist(), held["pos"]) else None


def set_state(label: str, value: Any) -> None:
    """Make this side's generator continue where the other's is."""
    if label == "python":
        random.setstate(value)
    elif label == "numpy":
        sys.modules["numpy"].random.set_state(value)
    else:
        sys.modules["torch"].set_rng_state(value)


def seed_everything(seed: int) -> None:
    """Seed the three generators that the libraries share."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % (1 << 32))
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(seed)  # of `torch.manual_seed`, but a hundredth of its time


def use_threads(threads: int) -> None:
    """How many threads torch computes with; a sample has one, validation asks for others."""
    if threads != 1 and "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)


def note_seeds(seeds: dict[str, Any]) -> None:
    """Remember what the code seeds with, so that the other side can follow."""

    def noting(label: str, seed: Any) -> Any:
        def noted(value: Any = None, *rest: Any, **more: Any) -> Any:
            seeds[label] = value if type(value) in (int, str) else None
            return seed(value, *rest, **more)

        noted.__name__ = "seed"
        return noted

    random.seed = noting("python", random.seed)
    if "numpy" in sys.modules:
        module = sys.modules["numpy"].random
        module.seed = noting("numpy", module.seed)


def follow(label: str, value: Any, key: bytes) -> None:
    """Bring this side's generator to a state that depends on another one, and on a key that the code doesn't know."""
    if label == "python":
        data = repr(value).encode()
    elif label == "numpy":
        data = value[1].tobytes() + repr(value[2:]).encode()
    else:
        data = value.numpy().tobytes()
    seed = int.from_bytes(hashlib.blake2b(data, key=key, digest_size=4).digest(), "big")
    if label == "python":
        random.seed(seed)
    elif label == "numpy":
        sys.modules["numpy"].random.seed(seed)
    else:
        sys.modules["torch"].default_generator.manual_seed(seed)


def near(label: str, now: Any, claimed: Any, seed: Any) -> bool:
    """Whether few enough states are that near for the code to have had a choice."""
    return reachable(label, now, claimed, seed, NEAR, SMALL_SEED)


def reachable(
    label: str, now: Any, claimed: Any, seed: Any, most: int = MAX_BLOCKS, most_seed: int | None = None
) -> bool:
    """Whether an honest program could have moved a generator from `now` to `claimed`; raises on nonsense."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return False
    if most_seed is not None and not (type(seed) is int and 0 <= seed < most_seed):
        seed = None
    starts = [_words(label, now)]
    if label == "torch":
        torch = sys.modules["torch"]
        if tuple(claimed.shape) != tuple(now.shape) or claimed.dtype != torch.uint8 or not _sane_torch(claimed):
            return False
        seeded = _TORCH.unpack_from(claimed.numpy().tobytes())[0]
        if most_seed is None or seeded < most_seed:
            starts.append(_words(label, torch.Generator().manual_seed(seeded).get_state()))
    elif label == "python":
        version, key, gauss = claimed
        if version != 3 or len(key) != 625 or not 0 <= key[-1] <= 624 or not _normal(gauss):
            return False
        if type(seed) in (int, str):
            starts.append(_words(label, random.Random(seed).getstate()))
    else:
        name, key, position, has, cached = claimed
        if (
            name != "MT19937"
            or key.shape != (624,)
            or not 0 <= position <= 624
            or has not in (0, 1)
            or not _normal(cached)
        ):
            return False
        if type(seed) is int:
            starts.append(_words(label, numpy.random.RandomState(seed).get_state()))
    target = _words(label, claimed)
    # What is near is looked for from every start before anything far is.
    for blocks in sorted({NEAR, most}):
        for start in starts:
            distance = _blocks(start, target, blocks)
            if distance is not None:
                return _reserve_is_drawn(label, now, claimed, start, distance)
    return False


def only_advanced(value: Any, new: Any) -> bool:
    """Whether a generator that a test handed over is now further along its own stream, and nothing else."""
    module = type(value).__module__.partition(".")[0]
    if type(new) is not type(value):
        return False
    if module == "torch":
        return reachable("torch", value.get_state(), new.get_state(), None, most_seed=0)
    if type(value).__name__ == "RandomState":
        return reachable("numpy", value.get_state(), new.get_state(), None, most_seed=0)
    return _stream_leads_to(value.bit_generator, new.bit_generator)


_MOST_DRAWS = 1 << 22
_MULTIPLIERS = {"PCG64": (2549297995355413924 << 64) + 4865540595714422341, "PCG64DXSM": 0xDA942042E4DD58B5}


def _stream_leads_to(bits: Any, new: Any) -> bool:
    """The same for numpy's newer generators."""
    numpy = sys.modules["numpy"]
    if type(bits) is not type(new):
        return False
    old, claimed = bits.state, new.state
    name = old["bit_generator"]
    copy = type(bits)(0)
    copy.state = old
    if name == "MT19937":
        return _blocks(old["state"]["key"], claimed["state"]["key"], MAX_BLOCKS) is not None
    if name in _MULTIPLIERS:
        if old["state"]["inc"] != claimed["state"]["inc"]:
            return False
        draws = _distance(old["state"]["state"], claimed["state"]["state"], _MULTIPLIERS[name], old["state"]["inc"])
        if draws > _MOST_DRAWS:
            return False
        copy.advance(max(0, draws - 64))
        halves = copy.random_raw(min(64, draws)) >> numpy.uint64(32)
        if copy.state["state"] != claimed["state"]:
            return False
    else:
        halves = numpy.zeros(0, dtype=numpy.uint64)
        for _ in range(1 << 14):
            if _equal(copy.state, claimed):
                break
            halves = numpy.append(halves[-63:], copy.random_raw() >> 32)
        else:
            return False
    # Half of a number is kept for the next small draw: it must be one that was drawn.
    kept = old["uinteger"] if old["has_uint32"] else None
    return not claimed["has_uint32"] or claimed["uinteger"] == kept or int(claimed["uinteger"]) in halves.tolist()


def _equal(one: Any, other: Any) -> bool:
    return all(repr(one[key]) == repr(other[key]) for key in one if key not in ("has_uint32", "uinteger"))


def _distance(start: int, target: int, multiplier: int, increment: int) -> int:
    """How many steps of a congruential generator of 128 bits lead from one state to another."""
    mask = (1 << 128) - 1
    bit, found = 1, 0
    while start != target:
        if bit > mask:
            return mask
        if (start ^ target) & bit:
            start = (start * multiplier + increment) & mask
            found |= bit
        bit <<= 1
        increment = ((multiplier + 1) * increment) & mask
        multiplier = (multiplier * multiplier) & mask
    return found


def _words(label: str, state: Any) -> Any:
    """The 624 words of a Mersenne twister."""
    numpy = sys.modules["numpy"]
    if label == "python":
        return numpy.array(state[1][:-1], dtype=numpy.uint32)
    if label == "numpy":
        return state[1].astype(numpy.uint32)
    data = state.numpy().tobytes()[_TORCH.size : _TORCH.size + 624 * 8]
    return numpy.frombuffer(data, dtype="<u8").astype(numpy.uint32)


def _blocks(start: Any, target: Any, most: int) -> int | None:
    """How many blocks of words lead from one state to another; None if it takes more than `most`."""
    if (start == target).all():
        return 0
    engine = _twister(start, 624)
    first = target[0]
    for number in range(1, most + 1):
        engine.random_raw(624, output=False)
        key = engine.state["state"]["key"]
        if key[0] == first and (key == target).all():
            return number
    return None


def _twister(words: Any, position: int) -> Any:
    engine = sys.modules["numpy"].random.MT19937(0)
    engine.state = {"bit_generator": "MT19937", "state": {"key": words, "pos": position}}
    return engine


def _reserves(label: str, state: Any) -> dict[str, float]:
    """Normal numbers come in pairs, and the second waits in the state; by the way in which it is made."""
    if label == "python":
        return {} if state[2] is None else {"python": state[2]}
    if label == "numpy":
        return {"numpy": state[4]} if state[3] else {}
    data = state.numpy().tobytes()
    _, double, _, has_double = _NORMALS.unpack_from(data, _TORCH.size + 624 * 8)
    single, has_single = _SINGLE.unpack_from(data, len(data) - _SINGLE.size)
    return ({"double": double} if has_double else {}) | ({"single": single} if has_single else {})


def _reserve_is_drawn(label: str, now: Any, claimed: Any, start: Any, blocks: int) -> bool:
    """Whether the number in reserve is one that the stream gave of late: else the code would choose the next draw."""
    had = _reserves(label, now)
    new = {kind: value for kind, value in _reserves(label, claimed).items() if had.get(kind) != value}
    if not new:
        return True
    numpy = sys.modules["numpy"]
    engine = _twister(start, 0)
    engine.random_raw(624 * max(0, blocks - NEAR), output=False)
    words = engine.random_raw(624 * (min(blocks, NEAR) + 1))
    with numpy.errstate(all="ignore"):
        return all(
            bool(numpy.isclose(_seconds(kind, words), value, rtol=1e-5 if kind == "single" else 1e-9, atol=0).any())
            for kind, value in new.items()
        )


def _seconds(kind: str, words: Any) -> Any:
    """The second normal number of each pair that any place of a stream would give."""
    numpy = sys.modules["numpy"]
    if kind == "single":
        one, other = (part & 0xFFFFFF for part in (words[:-1], words[1:]))
        one, other = one / (1 << 24), other / (1 << 24)
    elif kind == "double":
        whole = ((words[:-1] << numpy.uint64(32)) | words[1:]) & numpy.uint64((1 << 53) - 1)
        one, other = whole[:-2] / (1 << 53), whole[2:] / (1 << 53)
    else:
        whole = (words[:-1] >> 5) * (1 << 26) + (words[1:] >> 6)
        one, other = whole[:-2] / (1 << 53), whole[2:] / (1 << 53)
    if kind == "numpy":  # Marsaglia's polar method
        one, other = 2 * one - 1, 2 * other - 1
        square = one * one + other * other
        return numpy.sqrt(-2 * numpy.log(square) / square) * one
    return numpy.sin(2 * numpy.pi * one) * numpy.sqrt(-2 * numpy.log1p(-other))  # Box and Muller's


def _sane_torch(state: Any) -> bool:
    data = state.numpy().tobytes()
    _, left, _, following = _TORCH.unpack_from(data)
    x, y, rho, _ = _NORMALS.unpack_from(data, _TORCH.size + 624 * 8)
    return 0 < left <= 624 and 0 <= following <= 624 and all(_normal(value) for value in (x, y, rho))


def _normal(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and abs(value) < 40)
