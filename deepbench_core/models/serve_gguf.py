"""The child process that serves one GGUF file; started by local_server.py, imports nothing of ours.

It reads its settings as one line of JSON on stdin, writes one line of JSON when it is ready or has failed, and ends
when stdin does or its parent is gone, so that no server outlives a run, however that ended.
"""

import json
import os
import select
import threading


def end_with_parent(parent: int) -> None:
    """Leave when stdin is closed or the parent has changed: a fork of the parent may hold the pipe open."""
    while os.getppid() == parent:
        ready, _, _ = select.select([0], [], [], 0.5)
        if ready and not os.read(0, 4096):
            break
    os._exit(0)


def read_line() -> bytes:
    """Unbuffered, so that select on stdin tells the truth afterwards."""
    line = b""
    while not line.endswith(b"\n"):
        if not (byte := os.read(0, 1)):
            os._exit(0)
        line += byte
    return line


def main() -> None:
    """Serve until the parent is gone."""
    os.nice(5)  # what is judged or shown meanwhile is short, and goes first
    settings = json.loads(read_line())
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # llama.cpp logs to both; the log is the parent's file
    threading.Thread(target=end_with_parent, args=(settings["parent"],), daemon=True).start()
    try:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = settings["path"]
        params.model_alias = {settings["alias"]}
        params.n_parallel = settings["parallel"]
        params.n_ctx = settings["context"] * settings["parallel"]  # it is shared out between the slots
        params.port = 0
        params.api_keys = [settings["key"]]
        params.ui = False
        params.endpoint_slots = False
        params.verbosity = 2
        # An answer must not depend on what was asked before.
        params.cache_prompt = False
        params.cache_ram_mib = 0
        params.cpuparams.n_threads = settings["threads"]
        params.cpuparams_batch.n_threads = settings["threads"]
        server = xllamacpp.Server(params)
        answers.write(json.dumps({"address": server.listening_address}) + "\n")
    except BaseException as error:
        answers.write(json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n")
        answers.flush()
        os._exit(1)
    answers.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
