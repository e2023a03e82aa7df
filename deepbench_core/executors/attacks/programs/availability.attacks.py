# Programs that try to stop the judge, slow it down or fill the machine. All are bounded by themselves.

# %% loop-in-c: hold the interpreter's lock in one loop of C code
# never: the judge waits past its deadline
# accepts: timeout
# seconds: 2
import collections
import itertools

collections.deque(itertools.repeat(0, 10**10), maxlen=0)

# %% factorial: hold the interpreter's lock in arithmetic on a huge integer
# never: the judge waits past its deadline
# accepts: timeout
# seconds: 2
import math


def solve(values):
    math.factorial(4_000_000)
    return sorted(values)


# %% backtracking: a regular expression that takes 2^32 steps
# never: the judge waits past its deadline
# accepts: timeout
# seconds: 2
import re


def solve(values):
    re.match(r"(a+)+$", "a" * 32 + "b")
    return sorted(values)


# %% hang-at-import: never get past the import
# never: the judge waits past its deadline
# accepts: timeout
# seconds: 2
import time

time.sleep(60)

# %% hang-in-call: sleep inside the function under test
# never: the judge waits past its deadline
# accepts: timeout
# tests: features
# seconds: 2
import time


def solve(values):
    time.sleep(60)


# %% hang-in-backward: sleep in the backward pass, on autograd's own thread
# never: the judge waits past its deadline
# accepts: timeout
# tests: torch
# seconds: 4
import time

import torch


class Slow(torch.autograd.Function):
    @staticmethod
    def forward(ctx, value):
        return value.clone()

    @staticmethod
    def backward(ctx, gradient):
        time.sleep(60)
        return gradient


def solve(logits, targets):
    return Slow.apply(torch.nn.functional.cross_entropy(logits, targets))


# %% slow-drip: every single call is quick enough, all of them are not
# never: each call starts the clock anew
# accepts: timeout
# tests: reference
# seconds: 2
import time


def solve(values):
    time.sleep(0.8)
    return [max(values[: i + 1]) for i in range(len(values))]


# %% hang-in-repr: an answer whose text takes for ever
# never: the judge waits past its deadline
# accepts: timeout failed error tampered
# seconds: 2
import time


class Answer:
    def __repr__(self):
        time.sleep(60)

    __str__ = __format__ = __repr__


def solve(values):
    return Answer()


# %% hang-in-exception: an exception whose text takes for ever
# never: the judge waits past its deadline
# accepts: timeout failed error tampered
# seconds: 2
import time


class Trouble(ValueError):
    def __str__(self):
        time.sleep(60)

    __repr__ = __str__


def solve(values):
    raise Trouble


# %% hang-at-exit: answer right, then hang in atexit, in a finaliser and in a thread
# never: the verdict or the next sample waits for the code's end
# accepts: passed tampered
import atexit
import threading
import time

atexit.register(time.sleep, 60)
threading.Thread(target=time.sleep, args=(60,)).start()


class Late:
    def __del__(self):
        time.sleep(60)


late = Late()


def solve(values):
    return sorted(values)


# %% busy-threads: sixteen threads that never stop computing
# never: the judge waits past its deadline
# accepts: timeout
# seconds: 2
import threading


def spin():
    for _ in range(10**9):
        pass


for _ in range(16):
    threading.Thread(target=spin).start()
spin()

# %% ignores-sigterm: ignore or block every signal that can be, and sleep
# never: ending the code needs its consent
# accepts: timeout
# seconds: 2
import signal
import time

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.Signals)
time.sleep(60)

# %% stops-itself: SIGSTOP to the own process
# never: a stopped process is waited for
# accepts: timeout crashed tampered
# seconds: 2
import signal

os.kill(os.getpid(), signal.SIGSTOP)

# %% fork-flood: four hundred children that sleep
# never: the machine runs out of processes, or a child survives
# accepts: error crashed tampered out-of-memory
# needs: box
import time

for _ in range(400):
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
raise OSError("every fork was allowed")

# %% fork-bomb: children that fork in their turn, up to 256 of them, all busy
# never: the next sample competes with them
# accepts: timeout error crashed tampered
# needs: box
# seconds: 3
import time

for _ in range(8):
    os.fork()
end = time.monotonic() + 30
while time.monotonic() < end:
    pass

# %% fork-chase: a process that forks and ends, again and again, so that no scan catches it
# never: a child outlives the sample
# accepts: passed tampered
# needs: box
import time


def chase(end):
    while time.monotonic() < end:
        if os.fork():
            os._exit(0)


if os.fork() == 0:
    os.setsid()
    chase(time.monotonic() + 15)
    os._exit(0)

# %% thread-flood: five thousand threads that sleep
# never: the machine runs out of threads, or the next sample can't start one
# accepts: error failed crashed tampered out-of-memory passed
# needs: box
import threading
import time

threading.stack_size(64 * 1024)
try:
    for _ in range(5000):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
except RuntimeError:
    pass

# %% zombies: a hundred children that nobody waits for
# never: dead children stay in the process table
# accepts: passed error tampered
# needs: box
for _ in range(100):
    try:
        if os.fork() == 0:
            os._exit(0)
    except BlockingIOError:
        break

# %% memory-flood: touch four gigabytes in small steps
# never: the machine swaps, or the limit is taken for another failure
# accepts: out-of-memory
# needs: box
# seconds: 20
blocks = [bytearray(b"x") * (16 << 20) for _ in range(256)]

# %% memory-at-once: one array of sixteen gigabytes
# never: the machine swaps, or the limit is taken for another failure
# accepts: out-of-memory
# tests: numpy
# needs: box
# seconds: 20
import numpy as np


def solve(x):
    return np.ones(1 << 31)


# %% memory-in-tensors: hand out memory through torch's own allocator
# never: the machine swaps, or the limit is taken for another failure
# accepts: out-of-memory
# tests: torch
# needs: box
# seconds: 20
import torch


def solve(logits, targets):
    return sum(block.sum() for block in [torch.full((1 << 24,), 1.0) for _ in range(64)])


# %% memory-in-children: three children of 700 MB each, in sum above the limit
# never: children count less than their parent
# accepts: out-of-memory crashed error tampered timeout
# needs: box cgroup
# seconds: 20
import time

children = []
for _ in range(3):
    if child := os.fork():
        children.append(child)
        continue
    block = bytearray(b"x") * (700 << 20)
    time.sleep(2)
    os._exit(0)
ended = [os.waitpid(child, 0)[1] for child in children]
if not any(ended):
    breach("2.1 GB held at once")
raise MemoryError

# %% memory-in-files: fill anonymous files in memory, which no limit of a process counts
# never: a box holds more than the sample's limit and its own overhead
# accepts: passed out-of-memory error failed crashed tampered
# needs: box cgroup
# seconds: 8
held = 0
try:
    files = []
    for number in range(96):
        files.append(os.memfd_create("@marker@"))
        for _ in range(2):
            held += os.write(files[-1], bytes(16 << 20))
except (OSError, MemoryError, AttributeError):
    pass
if held > 2560 << 20:
    breach(f"{held >> 20} MB in anonymous files")

# %% shm-flood: fill /dev/shm, up to two gigabytes
# never: shared memory of the next sample is full, or the machine's memory goes
# accepts: passed error failed out-of-memory crashed tampered
# needs: box
# seconds: 8
held = 0
try:
    with open("/dev/shm/@marker@", "wb", buffering=0) as file:
        while held < 2 << 30:
            held += file.write(bytes(4 << 20))
except (OSError, MemoryError):
    pass
if held > 1300 << 20:
    breach(f"{held >> 20} MB in /dev/shm")

# %% disk-flood: fill every folder that can be written, up to four gigabytes
# never: the disk of the host fills, or the next sample has no room
# accepts: passed error failed out-of-memory crashed tampered
# needs: box
# seconds: 8
held = 0
for folder in ("/tmp", "/var/tmp", os.getcwd(), os.path.expanduser("~"), "/dev", "/run", "/"):
    for number in range(16):
        try:
            with open(f"{folder}/@marker@.{number}", "wb", buffering=0) as file:
                while held < 4 << 30:
                    held += file.write(bytes(4 << 20))
        except (OSError, MemoryError):
            pass
if held > 2 << 30:
    breach(f"{held >> 20} MB on disk")

# %% inode-flood: two hundred thousand empty files
# never: the next sample can't make a file, or cleaning up takes for ever
# accepts: passed error failed timeout out-of-memory tampered
# needs: box
# seconds: 6
try:
    os.mkdir("/tmp/@marker@")
    for number in range(200_000):
        os.close(os.open(f"/tmp/@marker@/{number}", os.O_CREAT | os.O_WRONLY))
except OSError:
    pass

# %% deep-folders: folders in folders, deeper than a path may be long
# never: cleaning up fails on them
# accepts: passed error failed timeout tampered
# needs: box
os.chdir("/tmp")
try:
    for _ in range(3000):
        os.mkdir("@marker@")
        os.chdir("@marker@")
except OSError:
    pass

# %% locked-folders: folders without any permission, names that are no text, a named pipe and a dangling link
# never: cleaning up fails on them
# accepts: passed tampered
# needs: box
os.makedirs("/tmp/@marker@/inside")
open("/tmp/@marker@/inside/file", "w").close()
open(b"/tmp/@marker@\xff\n", "w").close()
try:
    os.mkfifo("/tmp/@marker@.pipe")
except OSError:
    pass
os.symlink("/", "/tmp/@marker@.link")
os.chmod("/tmp/@marker@/inside", 0)
os.chmod("/tmp/@marker@", 0)

# %% descriptor-flood: open the same file a hundred thousand times
# never: the host runs out of descriptors
# accepts: passed error failed tampered
files = []
try:
    for _ in range(100_000):
        files.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
for file in files[-64:]:
    os.close(file)

# %% output-flood: 200 MB on standard output and standard error
# never: the harness keeps it, or a full pipe blocks the judge
# accepts: passed timeout tampered
# seconds: 8
for _ in range(200):
    os.write(1, b"x" * (1 << 20))
    os.write(2, b"PASSED\n" * 1000)

# %% output-for-ever: print without end
# never: the judge waits past its deadline, or the harness keeps the output
# accepts: timeout
# seconds: 2
import time

end = time.monotonic() + 60
while time.monotonic() < end:
    print("x" * 10_000, flush=True)

# %% daemon-outlives: a daemon in a session of its own that goes on for a minute
# never: it outlives the sample
# accepts: passed tampered
# needs: box
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)

# %% daemon-after-exec: the same, but as another program with its descriptors closed
# never: it outlives the sample
# accepts: passed tampered
# needs: box
import subprocess

subprocess.Popen(["sleep", "61"], start_new_session=True, stdout=-3, stderr=-3, stdin=-3)

# %% daemon-holds-pipes: a child keeps every descriptor open while the code ends
# never: the judge waits for the end of a pipe that the code holds
# accepts: crashed tampered
# needs: box
import time

if os.fork() == 0:
    time.sleep(60)
os._exit(0)

# %% segfault: read from address 0
# never: the judge dies with it, or waits
# accepts: crashed
import ctypes


def solve(values):
    return ctypes.string_at(0)


# %% aborts: abort() at import
# never: the judge dies with it, or a core file is left
# accepts: crashed
os.abort()


# %% kills-itself: SIGKILL to the own process
# never: it is taken for the work of the memory limit
# accepts: crashed
def solve(values):
    os.kill(os.getpid(), 9)


# %% deep-recursion: recurse through C code without a limit
# never: the judge dies with it
# accepts: crashed error failed out-of-memory
# seconds: 8
import sys

sys.setrecursionlimit(10**9)


def solve(values):
    return sorted(values, key=lambda value: solve(values))


# %% kills-parent: SIGKILL to the parent
# never: the harness takes the loss for its own failure, or scores a pass
# accepts: crashed error tampered failed
# needs: box
os.kill(os.getppid(), 9)
raise ValueError("the parent can't be killed")


# %% kills-everyone: SIGKILL to all processes in sight
# never: the host is hit, or the harness takes the loss for its own failure
# accepts: crashed error tampered failed
# needs: box
def solve(values):
    for number in others():
        try:
            os.kill(number, 9)
        except OSError:
            pass
    os.kill(-1, 9)
    return [0]


# %% stops-everyone: SIGSTOP to all processes in sight, at import
# never: the pool waits for a stopped process
# accepts: crashed error tampered failed timeout
# needs: box
# seconds: 3
import signal

for number in others():
    try:
        os.kill(number, signal.SIGSTOP)
    except OSError:
        pass
raise ValueError("done")

# %% stops-siblings: SIGSTOP to all but the own line of parents, then answer right
# never: other samples stand still
# accepts: passed tampered crashed error failed timeout
# needs: box
# seconds: 3
import signal


def solve(values):
    for number in set(others()) - {os.getppid(), 1}:
        try:
            os.kill(number, signal.SIGSTOP)
        except OSError:
            pass
    return sorted(values)


# %% interrupts-everyone: SIGINT, SIGALRM and SIGUSR1 to all processes in sight
# never: an interrupted test session counts as passed
# accepts: crashed error tampered failed
# needs: box
import signal


def solve(values):
    for number in others():
        for kind in (signal.SIGINT, signal.SIGALRM, signal.SIGUSR1):
            try:
                os.kill(number, kind)
            except OSError:
                pass
    return [0]


# %% signals-by-folder: kill by a descriptor of /proc/PID, which names no process id that a filter could see
# never: the judge's processes can be ended by it
# accepts: passed
# needs: box
import signal

for number in others():
    try:
        folder = os.open(f"/proc/{number}", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        continue
    must_fail(lambda folder=folder: signal.pidfd_send_signal(folder, signal.SIGKILL), f"process {number} was killed")

# %% signals-by-owner: have the kernel send SIGKILL to whom a socket is said to belong
# never: the judge's processes can be ended by it
# accepts: passed error crashed tampered failed
# needs: box
import fcntl
import socket

for number in others():
    left, right = socket.socketpair()
    try:
        fcntl.fcntl(left, fcntl.F_SETOWN, number)
        fcntl.fcntl(left, 10, 9)  # F_SETSIG
        fcntl.fcntl(left, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        right.send(b"x")
    except OSError:
        continue


def solve(values):
    return [0]


# %% lowers-others: make the judge's processes the first that the kernel ends, and the last that it runs
# never: a setting of theirs can be changed
# accepts: passed
# needs: box
import resource

for number in others():
    must_fail(lambda number=number: open(f"/proc/{number}/oom_score_adj", "w").write("1000"), f"oom_score_adj of {number}")
    must_fail(lambda number=number: resource.prlimit(number, resource.RLIMIT_CPU, (1, 1)), f"limits of {number}")
    must_fail(lambda number=number: os.sched_setscheduler(number, os.SCHED_IDLE, os.sched_param(0)), f"scheduling of {number}")
    must_fail(lambda number=number: os.setpriority(os.PRIO_PROCESS, number, 19), f"priority of {number}")


# %% huge-result: answer with 400 MB of text
# never: the judge holds it
# accepts: failed error out-of-memory tampered
# seconds: 8
def solve(values):
    return "x" * (400 << 20)


# %% many-results: answer with five million numbers
# never: the judge holds them, or waits past its deadline
# accepts: failed error out-of-memory tampered timeout
# seconds: 8
def solve(values):
    return list(range(5_000_000))


# %% claims-terabytes: a tensor of four terabytes that takes four bytes
# never: the judge makes room for what it claims
# accepts: failed error tampered
# tests: torch
import torch


def solve(logits, targets):
    return torch.zeros(1).expand(1 << 40)


# %% claims-terabytes-sparse: a sparse tensor of four terabytes with one value
# never: the judge makes it dense
# accepts: failed error tampered
# tests: torch
import torch


def solve(logits, targets):
    return torch.sparse_coo_tensor([[0]], [1.0], (1 << 40,))


# %% endless-generator: answer with a generator that never ends
# never: the judge waits past its deadline
# accepts: failed error timeout tampered
# tests: equality star
# seconds: 3
import itertools


def solve(values):
    yield from itertools.count()


# %% endless-iteration: a list whose iteration and length have no end
# never: the judge waits past its deadline
# accepts: failed error timeout tampered out-of-memory
# tests: equality reference
# seconds: 3
class Endless(list):
    def __iter__(self):
        return iter(int, 1)

    def __len__(self):
        return 1 << 62


def solve(values):
    return Endless([0])


# %% endless-nesting: a list that holds itself, and one that is a hundred thousand deep
# never: the judge recurses to death
# accepts: failed error tampered
def solve(values):
    if len(values) == 3:
        values.append(values)
        return values
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep


# %% huge-exception: an exception with 200 MB of text and a chain of a thousand causes
# never: the judge holds it
# accepts: failed error out-of-memory tampered
# tests: features
# seconds: 8
def solve(values):
    error = ValueError("x" * (200 << 20))
    for _ in range(1000):
        cause, error = error, ValueError("again")
        error.__cause__ = cause
    raise error


# %% reads-stdin: wait for input that never comes
# never: standard input is the judge's, or is waited for
# accepts: passed error
# seconds: 4
import sys

sys.stdin.read()
os.read(0, 1)


# %% closes-descriptors: close everything and go on
# never: the judge waits for an answer that can't come
# accepts: crashed error tampered timeout failed
# seconds: 3
def solve(values):
    os.closerange(0, 4096)
    return [0]


# %% raises-limits: take back the limits that were set
# never: a limit is soft
# accepts: passed
# needs: box
import resource

for limit in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
    hard = resource.getrlimit(limit)[1]
    if hard == resource.RLIM_INFINITY:
        breach(f"limit {limit} is not set")
    try:
        resource.setrlimit(limit, (hard + 1, hard + 1))
    except (OSError, ValueError):
        continue
    breach(f"limit {limit} can be raised")

# %% becomes-urgent: ask for the machine's time before everybody else
# never: priority or real-time scheduling is granted
# accepts: passed
# needs: box
must_fail(lambda: os.nice(-10), "priority raised")
must_fail(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), "real-time scheduling")


# %% hides-from-oom: make the own process the last that the kernel would kill
# never: the judge is killed in its place
# accepts: passed
# needs: box
def shield():
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("-500")


must_fail(shield, "protected from the kernel's choice")


# %% small-answer-much-memory: answer with a range of sixty million, of which the test makes a list
# never: the test's process takes what the limit denies the code
# accepts: out-of-memory
# tests: star
def solve(values):
    return range(60_000_000) if type(values) is str else list(dict.fromkeys(values))
