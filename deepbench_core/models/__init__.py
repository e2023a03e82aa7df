"""Asking a model: any provider's through litellm, a file on this machine, or one of two pseudo-models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata

from deepbench_core.errors import UserError
from deepbench_core.models import gguf, local_files
from deepbench_core.models.base import MAX_RESPONSE_BYTES, Generation, Model, Parameters, bounded
from deepbench_core.models.local_files import DEFAULT_MODEL, Progress
from deepbench_core.models.providers import KnownModel, check_model, known_models
from deepbench_core.models.pseudo import PSEUDO_MODELS, PseudoModel
from deepbench_core.models.redaction import redact

__all__ = [
    "DEFAULT_MODEL",
    "MAX_RESPONSE_BYTES",
    "PSEUDO_MODELS",
    "Generation",
    "KnownModel",
    "Model",
    "Parameters",
    "bounded",
    "check_model",
    "known_models",
    "open_model",
    "redact",
]

DEFAULT_CONTEXT = 8192


@contextmanager
def open_model(
    name: str, parameters: Parameters | None = None, *, concurrency: int = 1, progress: Progress | None = None
) -> Iterator[Model]:
    """A model that is ready to be asked by `concurrency` threads at once; on leaving, everything of it is closed.

    `progress` gets a word and a share from 0 to 1 while something has to be fetched first.
    Raises UserError for a name, key or package that is missing, DeepBenchError when a fetch fails,
    ProviderError when a file can't be served.
    """
    given = parameters or Parameters()
    if missing := check_model(name, given):
        raise UserError("; ".join(missing))
    model = _open(name, given, max(1, concurrency), progress)
    try:
        yield model
    finally:
        model.close()


def _open(name: str, parameters: Parameters, concurrency: int, progress: Progress | None) -> Model:
    if name in PSEUDO_MODELS:
        return PseudoModel(name)
    from deepbench_core.models.hosted import HostedModel  # draws in tenacity and, when used, litellm

    if not name.startswith(local_files.PREFIX):
        return HostedModel(name, name, parameters, details={"litellm": metadata.version("litellm")})
    from deepbench_core.models.local_server import LocalServer

    path = local_files.ensure(name, progress)
    header = gguf.read_header(path)
    context = min(parameters.context or DEFAULT_CONTEXT, header.context_length or DEFAULT_CONTEXT)
    board = local_files.board_name(name)
    details = {
        "file": path.name,
        "sha256": local_files.sha256(path),
        "quantisation": header.quantisation,
        "architecture": header.architecture,
        "context": context,
        "parallel": concurrency,
        "xllamacpp": metadata.version("xllamacpp"),
    }
    server = LocalServer(path, alias=board, parallel=concurrency, context=context)
    try:
        # The endpoint is ours: what is meant for somebody else's doesn't count here.
        ours = replace(parameters, api_base=None, api_key_variable=None)
        return HostedModel(
            board,
            f"openai/{board.removeprefix(local_files.PREFIX)}",
            ours,
            server=server,
            details={**details, "provider": "local"},
        )
    except BaseException:
        server.close()
        raise
