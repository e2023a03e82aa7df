"""The random numbers that everybody seeds: one stream across two processes.

What the code's process reports back is believed only where an honest program could have got there: further along the
test's own stream, or freshly seeded. A state of the code's choice (all zeros draws zeros) would choose the inputs.
"""

from __future__ import annotations

import random
import struct
import sys
from typing import Any

MAX_BLOCKS = 4000  # of 624 draws
_TORCH = struct.Struct("<QiiQ")  # seed, left, seeded, next
_NORMALS = struct.Struct("<dddi")


def states() -> dict[str, Any]:
    """The states of the generators of random, numpy and torch."""
    found: dict[str, Any] = {"python": random.getstate()}
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        found["numpy"] = numpy.random.get_state()
    if torch is not None:
        found["torch"] = torch.get_rng_state()
    return found


def set_state(label: str, value: Any) -> None:
    """Make this side's generator continue where the other's is."""
    if label == "python":
        random.setstate(value)
    elif label == "numpy":
        sys.modules["numpy"].random.set_state(value)
    else:
        sys.modules["torch"].set_rng_state(value)


def same(a: Any, b: Any) -> bool:
    """Whether two states of one generator are equal."""
    if a is None:
        return False
    if isinstance(a, tuple) and len(a) == 5:  # numpy's
        return bool(a[2:] == b[2:] and (a[1] == b[1]).all())
    if isinstance(a, tuple):
        return bool(a == b)
    return bool((a == b).all())


def seed_everything(seed: int) -> None:
    """Seed the three generators that the libraries share."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % (1 << 32))
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


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


def reachable(label: str, now: Any, claimed: Any, seed: Any) -> bool:
    """Whether an honest program could have moved a generator from `now` to `claimed`; raises on nonsense."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return False
    starts = [_words(label, now)]
    if label == "torch":
        torch = sys.modules["torch"]
        if tuple(claimed.shape) != tuple(now.shape) or claimed.dtype != torch.uint8 or not _sane_torch(claimed):
            return False
        seeded = _TORCH.unpack_from(claimed.numpy().tobytes())[0]
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
    return any(_leads_to(start, target, most) for most in (8, MAX_BLOCKS) for start in starts)


def _words(label: str, state: Any) -> Any:
    """The 624 words of a Mersenne twister."""
    numpy = sys.modules["numpy"]
    if label == "python":
        return numpy.array(state[1][:-1], dtype=numpy.uint32)
    if label == "numpy":
        return state[1].astype(numpy.uint32)
    data = state.numpy().tobytes()[_TORCH.size : _TORCH.size + 624 * 8]
    return numpy.frombuffer(data, dtype="<u8").astype(numpy.uint32)


def _leads_to(start: Any, target: Any, most: int) -> bool:
    numpy = sys.modules["numpy"]
    if (start == target).all():
        return True
    engine = numpy.random.MT19937(0)
    engine.state = {"bit_generator": "MT19937", "state": {"key": start, "pos": 624}}
    first = target[0]
    for _ in range(most):
        engine.random_raw(624, output=False)
        key = engine.state["state"]["key"]
        if key[0] == first and (key == target).all():
            return True
    return False


def _sane_torch(state: Any) -> bool:
    data = state.numpy().tobytes()
    _, left, _, following = _TORCH.unpack_from(data)
    x, y, rho, _ = _NORMALS.unpack_from(data, _TORCH.size + 624 * 8)
    return 0 < left <= 624 and 0 <= following <= 624 and all(_normal(value) for value in (x, y, rho))


def _normal(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and abs(value) < 40)
