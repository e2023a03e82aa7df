"""What is one thing in one process and two here: random numbers, gradient mode, linked tensors, rebuilt modules.

Every message carries what changed since the last one. Whatever the tests no longer hold is let go after each test
(`sweep`), so that a call late in a sample is followed as cheaply as an early one.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

from . import randomness
from .codec import Decoder, Encoder

__tracebackhide__ = True  # a failed test shows its own lines and the code's, not the judge's


class Shared:
    """The tables of one end of the wire; `side` is "a" for the code's process, "b" for the tests'."""

    def __init__(self, side: str) -> None:
        self.side = side
        self.lock = threading.RLock()
        self.bridge: Any = None
        self.exports: dict[int, Any] = {}  # handle → object kept for the other side
        self.counts: dict[int, int] = {}
        self.numbers: dict[int, int] = {}  # id of object → handle
        self.imports: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.shared_modules: dict[tuple[str, int], list[Any]] = {}  # owner and number → weak reference, training flag
        self.alive: dict[int, Any] = {}  # rebuilt modules and optimisers: a later mention finds the same one
        self.let_go: list[Any] = []  # what the next message says that the tests no longer hold
        self.writable_objects: set[int] = set()
        self.seeds: dict[str, Any] = {}  # what the code seeded with
        self.strange_random: set[str] = set()  # generators that the code moved to where no honest program gets
        self.random_key = b""  # of the tests' side alone
        self.seen_random: dict[str, Any] = {}
        self.left_random: dict[str, Any] = {}  # where the code's stream was when this side's left it
        self.marks = randomness.Marks()
        self.sent_default = "float32"

    # ---- modules

    def keep_module(self, number: int, value: Any) -> None:
        """A rebuilt module or optimiser stays while the test runs, and then as long as somebody holds it."""
        self.alive[number] = value
        if hasattr(value, "training"):
            self.shared_modules[("b" if self.side == "a" else "a", number)] = [weakref.ref(value), value.training]

    def share_module(self, number: int, value: Any) -> None:
        """Follow the training flag of a module that the other side has a copy of."""
        self.shared_modules[(self.side, number)] = [weakref.ref(value), value.training]

    def _switched(self) -> list[tuple[str, int]]:
        """The modules, by owner and number, whose training flag is not as the other side knows it."""
        living = [(key, entry[0](), entry[1]) for key, entry in self.shared_modules.items()]
        return [key for key, value, flag in living if value is not None and value.training != flag]

    def _training_flags(self) -> list[Any]:
        found = []
        for key in self._switched():
            entry = self.shared_modules[key]
            entry[1] = entry[0]().training
            found.append([*key, entry[1]])
        return found

    # ---- what nobody holds any more

    def sweep(self) -> None:
        """On the tests' side, after a test: forget what only these tables hold, and have the code's side do the same.

        What the code still holds is its own from then on: mentioned again, it comes as something new.
        """
        if self.bridge is None:
            return
        from .modules import FOLLOWED

        with self.lock:
            # What the code's side has yet to hear of waits for the next message.
            unsent, switched = set(self.bridge.changed()), set(self._switched())
            tensors = loosened(self.bridge.held, lambda key, _: key not in unsent)
            own = loosened(self.exports, lambda n, value: isinstance(value, FOLLOWED) and ("b", n) not in switched)
            rebuilt = loosened(self.alive, lambda n, _: ("a", n) not in switched)
            keys, theirs = tightened(self.bridge.held, tensors), tightened(self.alive, rebuilt)
            mine = tightened(self.exports, own)
            places = {number: place for place, number in self.numbers.items()} if mine else {}
            for number in mine:
                self.keep_no_more(number, places[number])
                self.writable_objects.discard(places[number])
            for number in theirs:
                self.shared_modules.pop(("a", number), None)
            self.bridge.unlink(keys)
            if keys or mine or theirs:
                before = self.let_go or [[], [], []]
                self.let_go = [old + new for old, new in zip(before, (keys, theirs, mine), strict=True)]

    def unlink(self, gone: list[Any]) -> None:
        """On the code's side: what the tests no longer hold is followed no more."""
        if not gone:
            return
        keys, mine, theirs = gone
        self.bridge.unlink([(owner, number) for owner, number in keys])
        for number in mine:
            self.keep_no_more(number, id(self.exports.get(number)))
        for number in theirs:
            self.alive.pop(number, None)
            self.imports.pop(number, None)
            self.shared_modules.pop(("b", number), None)

    def keep_no_more(self, number: int, place: int) -> None:
        """Forget an object that was kept for the other side; `place` is its id."""
        self.exports.pop(number, None)
        self.numbers.pop(place, None)
        self.counts.pop(number, None)
        self.shared_modules.pop((self.side, number), None)

    # ---- what goes along with every message

    def state(self, encoder: Encoder) -> dict[str, Any]:
        state: dict[str, Any] = {}
        for label in randomness.labels():
            mark = self.marks.mark(label)
            if mark != self.seen_random.get(label):
                self.seen_random[label] = mark
                state[label] = encoder.value(randomness.state(label))
        if self.seeds:
            state["seeds"] = dict(self.seeds)
        if self.bridge is not None:
            torch = sys.modules["torch"]
            if self.side == "b":
                state["grad"] = torch.is_grad_enabled()
                # Only what the test changes: the code may have a default of its own, and never sets the test's.
                default = str(torch.get_default_dtype())[6:]
                if default != self.sent_default:
                    state["default"] = self.sent_default = default
            changes = self.bridge.changes(encoder)
            if changes:
                state["links"] = changes
            flags = self._training_flags()
            if flags:
                state["training"] = flags
        return state

    def _take_random(self, label: str, value: Any, seed: Any) -> None:
        """Follow a generator that the code's process moved, as far as that may be believed."""
        now, left = randomness.state(label), self.left_random.get(label)
        if randomness.near(label, now, value, seed):
            randomness.set_state(label, value)
            return
        # Once the streams have parted, the code goes on from where its own was left, until the test draws.
        if (left is None or not randomness.near(label, left, value, seed)) and not any(
            start is not None and randomness.reachable(label, start, value, seed) for start in (now, left)
        ):
            self.strange_random.add(label)
        self.left_random[label] = value
        randomness.follow(label, value, self.random_key)

    def take_state(self, state: dict[str, Any], decoder: Decoder) -> None:
        for label in ("python", "numpy", "torch"):
            if label in state:
                value = decoder.value(state[label])
                if self.side == "a":
                    randomness.set_state(label, value)
                else:
                    self._take_random(label, value, (state.get("seeds") or {}).get(label))
                self.seen_random[label] = self.marks.mark(label)
        if self.bridge is not None:
            torch = sys.modules["torch"]
            if self.side == "a" and "grad" in state:
                torch.set_grad_enabled(state["grad"] is True)
            # Never from the code's side: a coarse default would make the test's own numbers coarse.
            if self.side == "a" and "default" in state:
                torch.set_default_dtype(getattr(torch, state["default"]))
            for owner, number, training in state.get("training") or ():
                entry = self.shared_modules.get((owner, number))
                if entry is not None and (module := entry[0]()) is not None:
                    vars(module)["training"] = entry[1] = training is True
            if "links" in state:
                self.bridge.apply_changes(decoder, state["links"])


def loosened(table: dict[Any, Any], which: Callable[[Any, Any], bool]) -> dict[Any, weakref.ref[Any]]:
    """Take the entries that `which` says out of a table, for weak references to them."""
    weak = {key: weakref.ref(value) for key, value in table.items() if which(key, value)}
    for key in weak:
        del table[key]
    return weak


def tightened(table: dict[Any, Any], weak: dict[Any, weakref.ref[Any]]) -> list[Any]:
    """Put back what `loosened` took, but for what nobody else held; returns the keys of that."""
    gone = []
    for key, ref in weak.items():
        value = ref()
        if value is None:
            gone.append(key)
        else:
            table[key] = value
    return gone
