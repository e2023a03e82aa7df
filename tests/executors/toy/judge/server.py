"""A server that speaks the box's protocol and does what a job's code says by name: for tests of the host's side."""

import json
import os
import struct
import sys
import time


def read():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        sys.exit(0)
    return json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))


def write(frame):
    body = json.dumps(frame).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


hello = read()
write({"type": "ready", "versions": {}, "judge": "toy", "seconds": 0.0, "missing": []})
served = 0
while True:
    job = read()
    served += 1
    word, _, argument = job["code"].partition(" ")
    verdict, leftovers, evidence = "passed", 0, {"pid": os.getpid(), "served": served, "uid": os.getuid()}
    evidence["preload"] = hello["preload"]
    evidence["compiled"] = job["compiled"]
    tests = [{"id": "t", "outcome": "passed", "seconds": 0.01, "message": "", "traceback": "", "values": None}]
    if word == "die":
        print("dying as told", file=sys.stderr, flush=True)
        os._exit(int(argument))
    if word == "hang":
        time.sleep(3600)
    if word == "garbage":
        sys.stdout.buffer.write(b"\x00\x00\x00\x04nono")
        sys.stdout.buffer.flush()
    if word == "huge":
        sys.stdout.buffer.write(b"\xff\xff\xff\xff")
        sys.stdout.buffer.flush()
    if word == "other":
        job["id"] = "0"
    if word == "dirty":
        leftovers = 1
    if word == "eat":
        pile = []
        while True:
            pile.append(bytearray(os.urandom(1 << 20) * 16))
    if word == "sleep":
        time.sleep(float(argument))
    if word == "splitless" and job["integrity"] == "split":
        verdict, tests[0]["outcome"], tests[0]["message"] = "failed", "failed", "AssertionError: not the same object"
    if word == "wrong":
        verdict, tests[0]["outcome"], tests[0]["message"] = "failed", "failed", "assert 1 == 2\nmore"
    if word == "skip":
        tests.append({**tests[0], "id": "u", "outcome": "skipped"})
    if word == "forge":
        tests[0]["outcome"] = "skipped"
    if word == "say":
        verdict = argument
    if word == "uncollected":
        verdict, tests, evidence["collected"] = "harness", [], False
    if word == "flood":
        sys.stderr.write("x" * 10_000_000)
        sys.stderr.flush()
    if word == "large":
        evidence["large"] = "x" * 20_000_000
    if word == "look":
        evidence["code"] = eval(argument)
    base = {"type": "verdict", "id": job["id"], "verdict": verdict, "integrity": job["integrity"], "tests": tests}
    if not job["compiled"]:
        base["compiled"] = f"{job['tests']}, by {os.getpid()}"
    write({**base, "seconds": 0.01, "message": "", "output": "", "limit": None, "flags": [], "evidence": evidence})
    write({"type": "clean", "id": job["id"], "leftovers": leftovers})
