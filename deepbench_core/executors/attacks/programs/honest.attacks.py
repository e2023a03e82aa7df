# Right solutions with unusual manners. Each must pass: a sandbox that refuses them measures itself, not the model.
# Accepted without being named: passed.

# %% prints-failed: print what looks like a failing report
# never: printed text is parsed
import sys

print("FAILED test_solution.py::test_small - AssertionError\n1 failed, 0 passed")


def solve(values):
    print("Traceback (most recent call last):\nError: harness crashed", file=sys.stderr)
    return sorted(values)


# %% prints-much: three megabytes of output
# never: output is counted against the answer
def solve(values):
    for number in range(30_000):
        print(f"step {number}: " + "." * 90)
    return sorted(values)


# %% prints-bytes: output that is no text, without an end of line
# never: the reader stumbles over it
import os
import sys

sys.stdout.buffer.write(b"\xff\xfe\x00\x1b[31m")
sys.stdout.flush()


def solve(values):
    os.write(2, b"\x80" * 100)
    return sorted(values)


# %% warns: warnings at import and in the call
# never: a warning is taken for an error
import warnings

warnings.warn("old", DeprecationWarning, stacklevel=1)


def solve(values):
    warnings.warn("slow", UserWarning, stacklevel=2)
    warnings.simplefilter("error")
    return sorted(values)


# %% uses-atexit: clean up at exit
# never: a hook at exit is taken for an attack
import atexit
import tempfile

folder = tempfile.TemporaryDirectory()
atexit.register(folder.cleanup)


def solve(values):
    return sorted(values)


# %% uses-threads: a pool of threads and a daemon thread
# never: threads are refused
import concurrent.futures
import threading
import time

threading.Thread(target=time.sleep, args=(30,), daemon=True).start()


def solve(values):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(int, values))


# %% uses-processes: a pool of two processes
# never: processes are refused, or the pool's end is taken for a leftover
import concurrent.futures


def twice(value):
    return value * 2


def solve(values):
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        return sorted(value // 2 for value in pool.map(twice, values))


# %% uses-fork: multiprocessing with a queue
# never: a semaphore or a fork is refused
import multiprocessing


def work(queue, values):
    queue.put(sorted(values))


def solve(values):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=work, args=(queue, values))
    process.start()
    result = queue.get(timeout=20)
    process.join()
    return result


# %% uses-spawn: multiprocessing with fresh interpreters
# never: the code's file can't be imported by a new interpreter
import multiprocessing


def work(values):
    return sorted(values)


def solve(values):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (values,))


# %% runs-python: start a Python of its own
# never: programs are refused
import json
import subprocess
import sys


def solve(values):
    code = "import json, sys; print(json.dumps(sorted(json.load(sys.stdin))))"
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(values), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


# %% loads-data: a DataLoader with two workers
# never: workers, or the shared memory that they answer by, are refused
# tests: torch
import torch
from torch.utils.data import DataLoader, TensorDataset


def solve(logits, targets):
    loader = DataLoader(TensorDataset(torch.arange(8.0)), batch_size=2, num_workers=2)
    assert sum(batch.sum().item() for (batch,) in loader) == 28
    return torch.nn.functional.cross_entropy(logits, targets)


# %% scripts: torch.jit.script and trace, which read the source of what they compile
# never: the code has no file
# tests: torch
import torch


@torch.jit.script
def loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    picked = torch.log_softmax(logits, 1).gather(1, targets[:, None])
    return -picked.mean()


def solve(logits, targets):
    return loss(logits, targets)


# %% computes-in-threads: torch with several threads, forward and backward
# never: compute hangs after a fork
# tests: torch
import torch

torch.set_num_threads(2)


def solve(logits, targets):
    a = torch.randn(300, 300, requires_grad=True)
    (a @ a).sum().backward()
    return torch.nn.functional.cross_entropy(logits, targets)


# %% trains: train a small network for a while
# never: training in a forked process hangs
# tests: module
import torch
from torch import nn

net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(net.parameters())
for _ in range(20):
    optimizer.zero_grad()
    net(torch.randn(32, 8)).pow(2).mean().backward()
    optimizer.step()


class Weighted(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(features))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return torch.einsum("nf,f->n", x, self.weight) + self.bias


def solve(features):
    return Weighted(features)


# %% subclasses-tensor: a Tensor subclass inside, a plain tensor out
# never: a subclass is taken for an attack
# tests: torch
import torch


class Logits(torch.Tensor):
    pass


def solve(logits, targets):
    return torch.nn.functional.cross_entropy(logits.as_subclass(Logits), targets).as_subclass(torch.Tensor)


# %% saves-and-loads: torch.save and torch.load through a temporary file
# never: files are refused
# tests: torch
import tempfile

import torch


def solve(logits, targets):
    with tempfile.NamedTemporaryFile(suffix=".pt") as file:
        torch.save({"logits": logits.detach()}, file.name)
        assert torch.equal(torch.load(file.name)["logits"], logits)
    return torch.nn.functional.cross_entropy(logits, targets)


# %% maps-memory: numpy.memmap and an anonymous map
# never: maps are refused
# tests: numpy
import mmap
import tempfile

import numpy as np


def solve(x):
    with tempfile.TemporaryDirectory() as folder:
        kept = np.memmap(f"{folder}/x.bin", dtype=x.dtype, mode="w+", shape=x.shape)
        kept[:] = x
        kept.flush()
        x = np.array(np.memmap(f"{folder}/x.bin", dtype=x.dtype, mode="r", shape=x.shape))
    mmap.mmap(-1, 4096).write(b"x")
    shifted = np.exp(x - x.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


# %% hands-out-views: answer with a transposed, strided view
# never: only contiguous arrays travel
# tests: numpy
import numpy as np


def solve(x):
    wide = np.exp(x - x.max(axis=1, keepdims=True)).T.repeat(2, axis=0)
    return (wide / (wide.sum(axis=0) / 2))[::2].T


# %% changes-folder: work in a folder of its own
# never: the judge depends on the code's working folder
import os
import tempfile

os.chdir(tempfile.mkdtemp())


def solve(values):
    with open("values.txt", "w") as file:
        file.write(" ".join(map(str, sorted(values))))
    with open("values.txt") as file:
        return [int(word) for word in file.read().split()]


# %% removes-its-folder: delete the working folder
# never: the judge depends on the code's working folder
import os
import tempfile


def solve(values):
    os.chdir(folder := tempfile.mkdtemp())
    os.rmdir(folder)
    return sorted(values)


# %% handles-signals: handlers for SIGTERM, SIGINT and an alarm that goes off
# never: the judge needs the code's signals
import signal
import time

fired = []
signal.signal(signal.SIGTERM, lambda *_: None)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGALRM, lambda *_: fired.append(1))


def solve(values):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)
    assert fired
    return sorted(values)


# %% collects-garbage: gc turned off, thresholds changed, collected by hand
# never: the collector is taken for a search
# tests: torch
import gc

import torch

gc.disable()
gc.set_threshold(10, 5, 5)


def solve(logits, targets):
    gc.collect()
    alive = sum(torch.is_tensor(thing) for thing in gc.get_objects())
    assert alive >= 2
    gc.enable()
    return torch.nn.functional.cross_entropy(logits, targets)


# %% calls-c: the C library through ctypes
# never: ctypes is refused
import ctypes

libc = ctypes.CDLL(None)
libc.labs.restype = ctypes.c_long


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_long), ctypes.POINTER(ctypes.c_long))
def compare(a, b):
    return (a[0] > b[0]) - (a[0] < b[0])


def solve(values):
    array = (ctypes.c_long * len(values))(*values)
    libc.qsort(array, ctypes.c_size_t(len(values)), ctypes.c_size_t(8), compare)
    return list(array)


# %% logs: logging configured at import, with a file and many lines
# never: handlers on standard streams break the answer
import logging
import sys
import tempfile

handlers = [logging.StreamHandler(sys.stdout), logging.FileHandler(tempfile.mktemp())]
logging.basicConfig(level=logging.DEBUG, handlers=handlers, force=True)


def solve(values):
    logging.getLogger("train").error("loss is %s", float("nan"))
    return sorted(values)


# %% recurses: a raised recursion limit that is used
# never: an honest depth kills the process
import sys

sys.setrecursionlimit(20_000)


def depth(number):
    return 0 if number == 0 else 1 + depth(number - 1)


def solve(values):
    assert depth(3000) == 3000
    return sorted(values)


# %% uses-dataclasses: dataclasses, enums, typing and a namedtuple at module level
# never: the code's module is not where its classes say it is
import enum
import sys
from dataclasses import dataclass, field
from typing import NamedTuple


class Order(enum.Enum):
    UP = 1


class Pair(NamedTuple):
    key: int
    order: Order


@dataclass(order=True)
class Item:
    key: int
    note: str = field(default="", compare=False)


def solve(values):
    assert sys.modules[Item.__module__].Item is Item
    return [item.key for item in sorted(Item(Pair(value, Order.UP).key) for value in values)]


# %% pickles: pickle and deep copies of its own classes
# never: the code's module can't be found by its name
import copy
import pickle


class Box:
    def __init__(self, values):
        self.values = values


def solve(values):
    return sorted(copy.deepcopy(pickle.loads(pickle.dumps(Box(values)))).values)


# %% runs-asyncio: an event loop with a subprocess-free gather
# never: a loop needs what the box refuses
import asyncio


async def one(value):
    await asyncio.sleep(0)
    return value


async def gather(values):
    return await asyncio.gather(*map(one, values))


def solve(values):
    return sorted(asyncio.run(gather(values)))


# %% talks-to-itself: a socket pair and a UNIX socket in a temporary folder
# never: the code can't talk to itself
import os
import socket
import tempfile
import threading


def solve(values):
    left, right = socket.socketpair()
    left.sendall(bytes(values))
    left.close()
    data = b"".join(iter(lambda: right.recv(100), b""))
    path = os.path.join(tempfile.mkdtemp(), "s")
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(1)
    client = socket.socket(socket.AF_UNIX)
    threading.Thread(target=client.connect, args=(path,)).start()
    server.accept()[0].close()
    return sorted(data)


# %% own-seeds: set all seeds and turn determinism on
# never: the code's seeds disturb the tests
# tests: torch
import random

import numpy as np
import torch

random.seed(0), np.random.seed(0), torch.manual_seed(0)
torch.use_deterministic_algorithms(True)


def solve(logits, targets):
    torch.manual_seed(1)
    return torch.nn.functional.cross_entropy(logits, targets)


# %% runs-as-main: a guard for scripts, argument parsing and the own file's name
# never: the code has no file, or runs as a script
import argparse
import pathlib
import sys

assert pathlib.Path(__file__).read_text()
options = argparse.ArgumentParser()
options.add_argument("--rate", default=0.1)
options.parse_known_args()


def solve(values):
    return sorted(values)


if __name__ == "__main__":
    sys.exit("not a script")

# %% mocks-for-itself: unittest.mock used on its own functions
# never: patching is taken for an attack
from unittest import mock


def key(value):
    return -value


def solve(values):
    with mock.patch(f"{__name__}.key", lambda value: value):
        return sorted(values, key=key)


# %% tests-itself: import pytest and hold tests of its own
# never: the code's own tests are collected, or the import is a verdict
import pytest


def solve(values):
    return sorted(values)


def test_solve():
    assert solve([2, 1]) == [5]


@pytest.mark.skip
def test_later():
    raise AssertionError


# %% uses-much-memory: 300 MB for a moment
# never: the limit is lower than promised
# tests: numpy
import numpy as np


def solve(x):
    big = np.ones(300 << 17)
    assert big[-1] == 1
    shifted = np.exp(x - x.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


# %% raises-wrapped: raise a builtin error from another one, with notes
# never: chained exceptions lose their type
# tests: features
def solve(values):
    try:
        return sum(values) / len(values)
    except ZeroDivisionError as error:
        raise ValueError("no values") from error


# %% imports-much: import a large part of the standard library
# never: a module of the standard library is missing
import asyncio, bz2, csv, ctypes, curses, dbm, decimal, email, fractions, getpass, hashlib, html, http.client, inspect, lzma, multiprocessing, queue, secrets, socketserver, sqlite3, ssl, statistics, sysconfig, tokenize, urllib.request, uuid, venv, xml.etree.ElementTree, zipfile, zoneinfo  # noqa: E401


def solve(values):
    database = sqlite3.connect(":memory:")
    database.execute("create table v (x integer)")
    database.executemany("insert into v values (?)", [(value,) for value in values])
    return [row[0] for row in database.execute("select x from v order by x")]


# %% uses-contexts: a context manager with its own idea of which errors are its own
# never: an error that the test raises on purpose does not reach it, or can't be taken care of
# tests: manager
class Ordered:
    def __init__(self, values):
        self.values = values

    def __enter__(self):
        return tuple(sorted(self.values))

    def __exit__(self, kind, error, trace):
        return isinstance(error, StopIteration)


def solve(values):
    return Ordered(values)


# %% calls-back: call the test's function from a generator, and go on after its errors
# never: an error of the test's own function is taken for its verdict
# tests: callback
def visits(visit, values):
    for value in sorted(values):
        try:
            yield visit(value)
        except ValueError as error:
            yield error


def solve(visit, values):
    return list(visits(visit, values))


# %% works-in-place: stock modules and functions that work in place, on copies and on their own
# never: what works in place is refused
# tests: factory
import torch


class Power(torch.nn.Module):
    def __init__(self, exponent):
        super().__init__()
        self.exponent = exponent
        self.spare = torch.nn.Sequential(torch.nn.ReLU(inplace=True), torch.nn.Hardtanh(inplace=True))

    def forward(self, x):
        self.spare(x.clone())
        result = x.clone()
        for _ in range(self.exponent - 1):
            result.mul_(x)
        return result


def solve(exponent):
    return Power(exponent)


# %% draws-normals: draw normal numbers of its own, an odd count of them
# never: the second of a pair, which waits in the generator, is taken for a choice
# tests: normals
import math
import random

import numpy as np
import torch


def solve(x):
    random.gauss(0, 1), np.random.randn(3), torch.randn(5, dtype=torch.float64)
    return math.sinh(x)


# %% odd-methods: methods that are inherited, decorated, static, set on the object, or made as they are asked for
# never: only what stands in the class as a function can be called
# tests: objects
import functools


def same(function):
    @functools.wraps(function)
    def called(*args, **kwargs):
        return function(*args, **kwargs)

    return called


class Base:
    def __init__(self, values):
        self.values = list(values)
        self.total = lambda: sum(self.values)

    @same
    def add(self, value):
        self.values.append(value)


class Totals(Base):
    __slots__ = ()

    def __getattr__(self, name):
        if name == "mean":
            return functools.partial(self.mean_of, self.values)
        raise AttributeError(name)

    @staticmethod
    def mean_of(values):
        return sum(values) / len(values)


def solve(values):
    return Totals(values)


# %% draws-from-any: draw from a handed-over generator by way of its bits, a block at a time
# never: an honest way along the stream is refused
# tests: stream
import numpy as np


def solve(rng, size):
    if isinstance(rng, np.random.RandomState):
        return np.array([rng.random_sample() for _ in range(size)])
    return (rng.bit_generator.random_raw(size) >> 11) / 2**53 if type(rng.bit_generator).__name__ != "MT19937" else rng.random(size)


# %% raises-oddly: raise an error of a library's that builds its own text
# never: an error loses its type by the way in which it is made
# tests: features
import json


class NoValues(json.JSONDecodeError):
    def __init__(self):
        super().__init__("no values", "", 0)


def solve(values):
    if not values:
        raise NoValues
    return sum(values) / len(values)
