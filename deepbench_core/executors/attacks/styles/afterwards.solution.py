import os

import torch


def solve(values):
    return sorted(values)


def gradient(size):
    x = torch.ones(size, size, requires_grad=True)
    (x @ x).sum().backward()
    return x.grad


def left_behind():
    """What still carries the mark of the sample before, and what is full."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and open(f"/proc/{name}/comm").read().strip() == "@marker@":
                found.append(f"process {name}")
        except OSError:
            pass
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", os.getcwd()):
        try:
            found += [f"{folder}/{name}" for name in os.listdir(folder) if "@marker@" in name]
            state = os.statvfs(folder)
        except OSError:
            continue
        if folder in ("/tmp", "/dev/shm") and state.f_bfree * 2 < state.f_blocks < 1 << 20:
            found.append(f"{folder} is half full")
    try:
        found += ["abstract socket" for line in open("/proc/net/unix") if "@marker@" in line]
    except OSError:
        pass
    return found
