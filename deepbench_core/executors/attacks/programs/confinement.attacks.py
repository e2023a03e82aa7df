# Programs that try to reach what is outside of their box. Each answers right when everything was refused, so that
# `passed` means contained; whoever gets through says "breach". Network attempts aim at this machine's loopback alone.
# A second cell named `then` runs as the next sample of the same slot.

# %% tcp: connect to a listener on the host's loopback
# never: the connection is made
import socket

must_fail(lambda: socket.create_connection(("127.0.0.1", int("@tcp4@")), timeout=2), "connected")

# %% tcp6: the same over IPv6
# never: the connection is made
import socket

must_fail(lambda: socket.create_connection(("::1", int("@tcp6@")), timeout=2), "connected")

# %% udp: send a datagram to a listener on the host's loopback
# never: it arrives
# accepts: passed
import socket

try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"breach", ("127.0.0.1", int("@udp@")))
except OSError:
    pass

# %% unix-path: connect to a socket in a folder of the host that everybody may enter
# never: the connection is made
import socket

must_fail(lambda: socket.socket(socket.AF_UNIX).connect("@unix@"), "connected")

# %% unix-abstract: connect to a listener in the host's abstract namespace
# never: the connection is made
# needs: linux
import socket

must_fail(lambda: socket.socket(socket.AF_UNIX).connect("\0@abstract@"), "connected")

# %% engine-socket: talk to the container engine
# never: the engine answers
import glob
import socket

for path in ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock"] + glob.glob("/run/**/*.sock", recursive=True):
    must_fail(lambda path=path: socket.socket(socket.AF_UNIX).connect(path), f"connected to {path}")

# %% netlink: ask the kernel for its interfaces and routes
# never: a NETLINK socket is made
# needs: box
import socket

must_fail(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0), "NETLINK")

# %% packet: listen to the wire
# never: a PACKET or raw socket is made
# needs: box
import socket

must_fail(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW), "PACKET")
must_fail(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), "raw")

# %% vsock: talk to the hypervisor, which `--network none` does not cover
# never: a VSOCK socket is made
# needs: box
import socket

must_fail(lambda: socket.socket(40, socket.SOCK_STREAM), "VSOCK")

# %% odd-families: reach into seldom used parts of the kernel
# never: a socket of such a family is made
# needs: box
import socket

for family in (4, 5, 9, 11, 19, 21, 29, 30, 31, 35, 38, 39, 41, 42, 43, 44):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        must_fail(lambda family=family, kind=kind: socket.socket(family, kind), f"socket family {family}")

# %% interfaces: look for a network beside the loopback
# never: there is one
# needs: box
for name in os.listdir("/sys/class/net") if os.path.isdir("/sys/class/net") else ():
    if name != "lo" and open(f"/sys/class/net/{name}/operstate").read().strip() == "up":
        breach(f"interface {name}")
with open("/proc/net/dev") as file:
    for line in file.readlines()[2:]:
        name, _, counts = line.partition(":")
        if name.strip() != "lo" and any(map(int, counts.split())):
            breach(f"traffic on {name.strip()}")
with open("/proc/net/route") as file:
    if len(file.readlines()) > 1:
        breach("a route")

# %% resolves-names: ask for an address by name
# never: a name server is reached
# needs: box
import socket

must_fail(lambda: socket.getaddrinfo("example.org", 80), "resolved")

# %% host-file: read a file of the host that everybody may read
# never: its content is read
must_fail(lambda: open("@readable@").read(), "read")
must_fail(lambda: open("/proc/1/root@readable@").read(), "read through the root of process 1")
must_fail(lambda: open("/proc/self/cwd/../../../../../../..@readable@").read(), "read through the working folder")

# %% host-write: change a file of the host that everybody may write
# never: it is changed
must_fail(lambda: open("@writable@", "a").write("breach"), "written")

# %% home: list the harness's own folder, with its results and runs
# never: more than the environment is in sight
must_fail(lambda: open("@home_file@").read(), "read the home folder")
must_fail(lambda: open("@home_file@.new", "w").write("breach"), "written to the home folder")

# %% host-search: look for the harness's files under every folder
# never: one of them is found
# needs: box
# seconds: 20
import time

end = time.monotonic() + 8
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if f"{folder}/{name}" not in ("//proc", "//sys", "//usr")]
    for name in files:
        if "@canary@" in name:
            breach(f"{folder}/{name}")
    if time.monotonic() > end:
        break

# %% secrets-of-the-host: read what only the host's own users should see
# never: keys, hashes or the harness's sources are read
# needs: box
import glob

for pattern in ("/root/*", "/home/*/*", "/home/*/.*", "/etc/shadow", "/etc/ssh/*", "/var/run/secrets/**", "/var/lib/docker/*", "/mnt/*", "/media/*", "/srv/*"):
    for path in glob.glob(pattern):
        if os.path.isfile(path):
            must_fail(lambda path=path: open(path, "rb").read(1), f"read {path}")

# %% environment: read the harness's variables
# never: one of them is there
if "DEEPBENCH_CANARY" in os.environ or os.environ.get("DEEPBENCH_HOME"):
    breach("variables of the harness")
words = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")
if found := [name for name in os.environ if any(word in name.upper() for word in words)]:
    breach(f"variables that look secret: {found}")

# %% environ-of-all: read the variables of every process in sight, process 1 and the parent first
# never: the harness's secret is in one
needle = "DEEPBENCH_" + "CANARY="
for number in [1, os.getppid(), *others()]:
    try:
        with open(f"/proc/{number}/environ", "rb") as file:
            if needle.encode() in file.read():
                breach(f"the secret is in /proc/{number}/environ")
    except OSError:
        pass

# %% memory-of-all: open the memory of every process in sight
# never: one can be opened
# needs: box
for number in [1, os.getppid(), *others()]:
    must_fail(lambda number=number: open(f"/proc/{number}/mem", "rb"), f"memory of {number}")

# %% maps-of-all: read the memory map of every process in sight
# never: one can be read
# needs: box
for number in [1, os.getppid(), *others()]:
    must_fail(lambda number=number: open(f"/proc/{number}/maps").read(1), f"maps of {number}")

# %% descriptors-of-all: open the descriptors of every process in sight, the line to the host among them
# never: one can be opened
# needs: box
for number in [1, os.getppid(), *others()]:
    for descriptor in range(64):
        path = f"/proc/{number}/fd/{descriptor}"
        must_fail(lambda path=path: os.readlink(path), path)
        must_fail(lambda path=path: os.open(path, os.O_WRONLY | os.O_NONBLOCK), path)

# %% inherited-descriptors: look for an open folder, device or file that leads out of the box
# never: a descriptor leads anywhere
# needs: box
import stat

for number in range(256):
    try:
        mode = os.fstat(number).st_mode
        target = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if stat.S_ISDIR(mode) or stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and target not in ("/dev/null", "/dev/urandom", "/dev/random")):
        breach(f"descriptor {number} is {target}")

# %% host-processes: find the harness among the processes in sight
# never: it is there
# needs: box
for number in others():
    try:
        with open(f"/proc/{number}/cmdline", "rb") as file:
            if b"@canary@" in file.read():
                breach(f"process {number} of the host")
    except OSError:
        pass

# %% kills-a-host-process: send signals to a process of the host by its number there
# never: it is hit
# accepts: passed crashed
# needs: box
import signal

for kind in (signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(int("@victim@"), kind)
    except OSError:
        pass

# %% ptrace: trace the parent and process 1
# never: a process is attached
# needs: box
for number in (os.getppid(), 1):
    must_fail(lambda number=number: libc("ptrace", 16, number, 0, 0), f"attached to {number}")
    must_fail(lambda number=number: libc("ptrace", 0x4206, number, 0, 0), f"seized {number}")


# %% process-vm: read and write the parent's memory without tracing it
# never: a byte is moved
# needs: box
class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


space = ctypes.create_string_buffer(16)
here, there = Vector(ctypes.addressof(space), 16), Vector(id(None), 16)
for name in ("process_vm_readv", "process_vm_writev"):
    must_fail(lambda name=name: libc(name, os.getppid(), ctypes.byref(here), 1, ctypes.byref(there), 1, 0), name)

# %% pidfd-getfd: take a descriptor out of the parent
# never: one is taken
# needs: box
for number in range(8):
    must_fail(lambda number=number: libc("pidfd_getfd", os.pidfd_open(os.getppid()), number, 0), "descriptor taken")

# %% dumpable-parent: read the parent's own entries, which a process that can't be dumped hides
# never: one can be read
# needs: box
for name in ("environ", "auxv", "io", "stack", "syscall", "cwd", "exe"):
    path = f"/proc/{os.getppid()}/{name}"
    must_fail(lambda path=path: os.readlink(path) if path.endswith(("cwd", "exe")) else open(path, "rb").read(1), path)

# %% mount: mount a file system, and unmount one
# never: either works
# needs: box
must_fail(lambda: libc("mount", b"none", b"/tmp", b"tmpfs", 0, None), "mounted")
must_fail(lambda: libc("mount", b"proc", b"/tmp", b"proc", 0, None), "mounted /proc")
must_fail(lambda: libc("mount", b"/", b"/tmp", None, 4096, None), "bound a folder")
must_fail(lambda: libc("mount", None, b"/", None, 32 | 4096, None), "made the root writable")
must_fail(lambda: libc("umount2", b"/proc", 2), "unmounted")

# %% namespaces: make namespaces, where one would be root
# never: one is made or entered
# needs: box
for name, flag in {"user": 0x10000000, "net": 0x40000000, "mount": 0x20000, "pid": 0x20000000, "ipc": 0x8000000}.items():
    must_fail(lambda flag=flag: libc("unshare", flag), f"{name} namespace made")
for name in ("mnt", "net", "pid", "user"):
    must_fail(lambda name=name: libc("setns", os.open(f"/proc/1/ns/{name}", os.O_RDONLY), 0), f"{name} namespace entered")

# %% clone3: ask for a user namespace by the call whose flags no filter can see
# never: it is made
# needs: box
arguments = (ctypes.c_uint64 * 11)(0x10000000 | 0x20000)


def clone():
    if (child := libc("clone3", ctypes.byref(arguments), ctypes.sizeof(arguments))) == 0:
        os._exit(0)
    return child


must_fail(clone, "user namespace by clone3")

# %% changes-root: put another root below the process
# never: it works
# needs: box
must_fail(lambda: os.chroot("/tmp"), "chroot")
must_fail(lambda: libc("pivot_root", b"/tmp", b"/tmp") if hasattr(_LIBC, "pivot_root") else libc("chroot", b"/"), "pivot_root")

# %% becomes-root: change the user, the group and the extra groups
# never: one can be changed
# needs: box
must_fail(lambda: os.setuid(0), "uid 0")
must_fail(lambda: os.setresuid(0, 0, 0), "uid 0")
must_fail(lambda: os.setgid(0), "gid 0")
must_fail(lambda: os.setgroups([0]), "groups")
if os.getuid() == 0 or os.getgid() == 0 or 0 in os.getgroups():
    breach("runs as root")

# %% privileges: read what the kernel grants
# never: a capability, new privileges by exec, or no system call filter
# needs: box
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines())
for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
    if int(status[name], 16):
        breach(f"{name} is {status[name]}")
if status["NoNewPrivs"].strip() != "1" or status["Seccomp"].strip() != "2":
    breach("no_new_privs or the filter is missing")

# %% setuid-programs: run programs that become root by their file's mark
# never: one does
# needs: box
import subprocess

for command in (["su", "-c", "id -u"], ["mount", "-t", "tmpfs", "none", "/tmp"], ["chfn", "-f", "x"], ["newgrp", "root"]):
    try:
        done = subprocess.run(command, stdin=-3, capture_output=True, timeout=4)
    except (OSError, subprocess.TimeoutExpired):
        continue
    if done.returncode == 0 and command[0] in ("su", "mount"):
        breach(f"{command[0]} worked")

# %% kernel-calls: calls that have been doors to the kernel
# never: one is open
# needs: box
space = ctypes.create_string_buffer(128)
must_fail(lambda: libc("bpf", 0, space, 48), "bpf")
must_fail(lambda: libc("perf_event_open", space, 0, -1, -1, 0), "perf_event_open")
must_fail(lambda: libc("userfaultfd", 0), "userfaultfd")
must_fail(lambda: libc("userfaultfd", 1), "userfaultfd for user mode")
must_fail(lambda: libc("io_uring_setup", 4, ctypes.create_string_buffer(120)), "io_uring")
must_fail(lambda: libc("kexec_load", 0, 0, None, 0), "kexec_load")
must_fail(lambda: libc("klogctl", 3, space, 64), "the kernel's log")
must_fail(lambda: libc("reboot", 0), "reboot (takes Ctrl-Alt-Del off)")
must_fail(lambda: libc("sethostname", b"breach", 6), "host name")
must_fail(lambda: libc("fanotify_init", 0, 0), "fanotify")

# %% keyrings: use the kernel's key store, which no namespace divides
# never: a key is stored or listed
# needs: box
must_fail(lambda: libc("add_key", b"user", b"@marker@", b"breach", 6, -4), "key stored")
must_fail(lambda: libc("keyctl", 0, -4, 1, 0, 0), "keyring reached")


# %% file-handles: open a file by its handle, around every mount
# never: a handle is opened
# needs: box
class Handle(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_ubyte * 8)]


root = Handle(8, 1, (ctypes.c_ubyte * 8)(2))
must_fail(lambda: libc("open_by_handle_at", os.open("/tmp", os.O_RDONLY), ctypes.byref(root), 0), "root by handle")

# %% devices: open or make devices that lead out
# never: one is opened or made
# needs: box
import glob
import stat

plain = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "console"}
for path in glob.glob("/dev/*") + ["/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/sda", "/dev/vda", "/dev/net/tun"]:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        continue
    if (stat.S_ISBLK(mode) or stat.S_ISCHR(mode)) and os.path.basename(path) not in plain:
        must_fail(lambda path=path: os.open(path, os.O_RDONLY), path)
must_fail(lambda: os.mknod("/tmp/@marker@", stat.S_IFBLK | 0o666, os.makedev(254, 0)), "device made")
must_fail(lambda: os.mknod("/tmp/@marker@", stat.S_IFCHR | 0o666, os.makedev(1, 1)), "device made")

# %% terminal: push keys into the terminal of whoever started the harness
# never: a terminal takes them
# needs: box
import fcntl
import termios

for number in (0, 1, 2):
    must_fail(lambda number=number: fcntl.ioctl(number, termios.TIOCSTI, b" "), "key pushed")
must_fail(lambda: os.open("/dev/tty", os.O_RDWR), "a controlling terminal")

# %% kernel-settings: write to /proc/sys, /sys and the control groups
# never: one is written
# needs: box
import glob

paths = ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory", "/proc/1/oom_score_adj"]
paths += glob.glob("/sys/fs/cgroup/**/release_agent", recursive=True)[:20] + glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True)[:20]
paths += ["/sys/kernel/uevent_helper", "/sys/power/state"]
for path in paths:
    must_fail(lambda path=path: os.open(path, os.O_WRONLY), path)

# %% kernel-memory: read the kernel's memory and its symbols' addresses
# never: either shows
# needs: box
must_fail(lambda: open("/proc/kcore", "rb").read(1), "kcore") if os.path.exists("/proc/kcore") and os.path.getsize("/proc/kcore") else None
if any(int(line.split()[0], 16) for line in open("/proc/kallsyms").read(4096).splitlines()[:20] if line[:1] in "0123456789abcdef"):
    breach("kernel addresses")

# %% sysv-ipc: make System V segments, queues and semaphores
# never: one is made
# needs: box
must_fail(lambda: libc("shmget", int("@ipc_key@"), 4096, 0o1666), "shared memory")
must_fail(lambda: libc("msgget", int("@ipc_key@"), 0o1666), "message queue")
must_fail(lambda: libc("semget", int("@ipc_key@"), 1, 0o1666), "semaphore")

# %% writes-libraries: change the libraries that later samples import
# never: a file of the environment or the system is changed or made
# needs: box
import sys
import sysconfig

import torch

purelib = sysconfig.get_paths()["purelib"]
for path in (torch.__file__, os.__file__, f"{purelib}/@marker@.pth", f"{purelib}/sitecustomize.py", f"{os.path.dirname(torch.__file__)}/__pycache__/@marker@", sys.executable, "/usr/bin/@marker@", "/etc/ld.so.preload", "/etc/@marker@", "/@marker@"):
    must_fail(lambda path=path: open(path, "ab").close(), path)

# %% makes-libraries-writable: take the write protection off first
# never: mode, owner, name or time of a library changes
# needs: box
import torch

path = torch.__file__
must_fail(lambda: os.chmod(path, 0o666), "mode changed")
must_fail(lambda: os.chown(path, os.getuid(), -1), "owner changed")
must_fail(lambda: os.rename(path, path + ".away"), "renamed")
must_fail(lambda: os.unlink(path), "deleted")
must_fail(lambda: os.utime(path), "time changed")

# %% judge-files: change the judge's own files
# never: a file of the judge is writable
# needs: box
import sys

for name, module in list(sys.modules.items()):
    path = getattr(module, "__file__", None) or ""
    if os.path.isfile(path) and name not in ("solution", "__main__", "__mp_main__") and os.access(path, os.W_OK):
        breach(f"{path} can be written")
for folder in sys.path:
    if folder.startswith(("/opt", "/usr", "/lib")) and os.access(folder, os.W_OK):
        breach(f"{folder} can be written")

# %% starts-up-code: leave start-up code for every later Python in the user's folder
# never: the next sample, or a program that it starts, runs it
# needs: box
import site

for folder in (site.getusersitepackages(), os.path.expanduser("~"), os.getcwd(), "/tmp"):
    try:
        os.makedirs(folder, exist_ok=True)
        for name in ("usercustomize.py", "sitecustomize.py", "conftest.py", "torch.py", "random.py", "@marker@.pth"):
            with open(f"{folder}/{name}", "w") as file:
                file.write("import os; os.environ['DEEPBENCH_STARTED'] = 'breach'")
    except OSError:
        pass

# %% then
import random
import subprocess
import sys

if "DEEPBENCH_STARTED" in os.environ:
    breach("start-up code of the sample before")
done = subprocess.run([sys.executable, "-c", "import os, random; print(os.environ.get('DEEPBENCH_STARTED'))"], capture_output=True, text=True)
if "breach" in done.stdout:
    breach("start-up code of the sample before, in a program")

# %% files-for-the-next: leave files in every folder that can be written
# never: the next sample finds one
# needs: box
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/run/lock", os.getcwd(), os.path.expanduser("~")):
    for path in (f"{folder}/@marker@", f"{folder}/.@marker@"):
        try:
            open(path, "w").close()
        except OSError:
            pass

# %% then
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if f"{folder}/{name}" not in ("//proc", "//sys", "//usr", "//opt", "//lib")]
    if any("@marker@" in name for name in folders + files):
        breach(f"a file of the sample before in {folder}")

# %% shared-memory-for-the-next: leave POSIX shared memory, a semaphore and a message queue
# never: the next sample finds one
# needs: box
from multiprocessing import resource_tracker, shared_memory

resource_tracker.register = lambda name, kind: None
memory = shared_memory.SharedMemory("@marker@", create=True, size=4096)
memory.buf[:6] = b"breach"
_LIBC.sem_open(b"/@marker@", os.O_CREAT, 0o666, 1)

# %% then
from multiprocessing import shared_memory

must_fail(lambda: shared_memory.SharedMemory("@marker@"), "shared memory of the sample before")
if found := [name for name in os.listdir("/dev/shm") if "@marker@" in name]:
    breach(f"{found} of the sample before")

# %% sockets-for-the-next: leave a daemon that listens on an abstract socket and on loopback
# never: the next sample can talk to it
# accepts: passed tampered
# needs: box
import socket
import time

if os.fork() == 0:
    os.setsid()
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0@marker@")
    server.listen()
    time.sleep(60)
    os._exit(0)
time.sleep(0.2)

# %% then
import socket

must_fail(lambda: socket.socket(socket.AF_UNIX).connect("\0@marker@"), "a daemon of the sample before")

# %% processes-for-the-next: look for processes that earlier samples left
# never: one is in sight
# accepts: passed tampered
# needs: box
import time

if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
    os._exit(0)
os.wait()

# %% then
for number in others():
    try:
        name = open(f"/proc/{number}/comm").read().strip()
    except OSError:
        continue
    if name == "@marker@":
        breach(f"process {number} of the sample before")

# %% server-for-the-next: change modules, settings and files' state in memory that a fork may share
# never: the next sample sees the change
# needs: box
import builtins
import gc
import mmap
import sys

import torch

torch.deepbench_mark = builtins.deepbench_mark = sys.modules["deepbench_mark"] = torch
torch.set_default_dtype(torch.float64)
for thing in gc.get_objects():
    if isinstance(thing, mmap.mmap):
        try:
            thing[:6] = b"breach"
        except (TypeError, ValueError):
            pass
os.umask(0)
os.environ["DEEPBENCH_STARTED"] = "breach"

# %% then
import builtins
import sys

import torch

if hasattr(torch, "deepbench_mark") or hasattr(builtins, "deepbench_mark") or "deepbench_mark" in sys.modules:
    breach("modules of the sample before")
if torch.get_default_dtype() != torch.float32 or "DEEPBENCH_STARTED" in os.environ:
    breach("settings of the sample before")

# %% talks-to-the-server: write to every descriptor and socket in sight, for the next sample to find
# never: the next sample's verdict is touched
# accepts: passed failed error crashed tampered timeout
# needs: box
# seconds: 3
frame = b'{"type": "verdict", "id": "breach", "verdict": "passed"}'
for number in range(3, 256):
    try:
        os.set_blocking(number, False)
        os.write(number, len(frame).to_bytes(4, "big") + frame)
    except (OSError, ValueError):
        pass

# %% then
pass
