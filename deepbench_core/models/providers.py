"""Which providers there are, what each needs, and what of it is here. Imports no provider's library."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path

from deepbench_core.errors import UserError
from deepbench_core.models import gguf, local_files, local_server
from deepbench_core.models.base import Parameters
from deepbench_core.models.pseudo import PSEUDO_MODELS


@dataclass(frozen=True)
class Provider:
    """What a provider's models need. Any of `any_of` is enough; all of `all_of` must be set."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    package: str = ""  # module that litellm imports for it
    install: str = ""
    examples: tuple[str, ...] = ()


# What is not listed here still works by name; litellm then says itself what it misses.
PROVIDERS: dict[str, Provider] = {
    "anthropic": Provider(("ANTHROPIC_API_KEY",), examples=("claude-sonnet-5-5", "claude-haiku-5-5")),
    "azure": Provider(all_of=("AZURE_API_KEY", "AZURE_API_BASE", "AZURE_API_VERSION"), examples=("gpt-5-mini",)),
    "bedrock": Provider(package="boto3", install="boto3", examples=("anthropic.claude-sonnet-5-5",)),
    "cerebras": Provider(("CEREBRAS_API_KEY",)),
    "codestral": Provider(("CODESTRAL_API_KEY",), examples=("codestral-latest",)),
    "cohere": Provider(("COHERE_API_KEY", "CO_API_KEY")),
    "dashscope": Provider(("DASHSCOPE_API_KEY",), examples=("qwen3-coder-plus",)),
    "deepseek": Provider(("DEEPSEEK_API_KEY",), examples=("deepseek-v4-pro", "deepseek-v4-flash")),
    "fireworks_ai": Provider(("FIREWORKS_AI_API_KEY", "FIREWORKS_API_KEY")),
    "gemini": Provider(("GEMINI_API_KEY", "GOOGLE_API_KEY"), examples=("gemini-3.8-flash", "gemini-3.1-pro-preview")),
    "groq": Provider(("GROQ_API_KEY",), examples=("openai/gpt-oss-120b",)),
    "hosted_vllm": Provider(("HOSTED_VLLM_API_BASE",)),
    "huggingface": Provider(("HUGGINGFACE_API_KEY", "HF_TOKEN")),
    "lm_studio": Provider(("LM_STUDIO_API_BASE",)),
    "mistral": Provider(("MISTRAL_API_KEY",), examples=("codestral-latest", "mistral-large-latest")),
    "moonshot": Provider(("MOONSHOT_API_KEY",)),
    "nvidia_nim": Provider(("NVIDIA_NIM_API_KEY",)),
    "ollama": Provider(),
    "ollama_chat": Provider(),
    "openai": Provider(("OPENAI_API_KEY",), examples=("gpt-5.6", "gpt-5-mini")),
    "openrouter": Provider(("OPENROUTER_API_KEY",)),
    "perplexity": Provider(("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY")),
    "sambanova": Provider(("SAMBANOVA_API_KEY",)),
    "together_ai": Provider(("TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_TOKEN")),
    "vertex_ai": Provider(
        all_of=("VERTEXAI_PROJECT", "VERTEXAI_LOCATION"), package="google.auth", install="google-cloud-aiplatform"
    ),
    "xai": Provider(("XAI_API_KEY",), examples=("grok-4.7",)),
}


@dataclass(frozen=True)
class KnownModel:
    """A model to offer. `kind` groups them; `ready` is False when something is missing, which `note` then names."""

    name: str
    kind: str  # pseudo, local, provider
    ready: bool
    note: str


def check_model(name: str, parameters: Parameters | None = None) -> list[str]:
    """What is missing before `name` can be asked: one line each, empty when nothing is. Costs nothing, calls nobody.

    A key that is set may still be wrong, and a model that a provider doesn't have shows at the first call.
    """
    if name in PSEUDO_MODELS:
        return []
    if name.startswith(local_files.PREFIX):
        return _check_local(name)
    provider, slash, model = name.partition("/")
    if not slash or not provider or not model or any(c.isspace() for c in name):
        return [
            f"{name!r} is no model's name: write provider/model, like openai/gpt-5-mini or {local_files.DEFAULT_MODEL}"
        ]
    if provider not in PROVIDERS and provider not in _litellm_providers():
        return [f"{provider!r} is no provider that litellm knows (https://docs.litellm.ai/docs/providers); {name!r}"]
    return _check_provider(name, PROVIDERS.get(provider, Provider()), parameters or Parameters())


def known_models() -> list[KnownModel]:
    """What can be offered here: the local default, local files, providers whose key is set, and the pseudo-models.

    Names variables, never their values.
    """
    installed = local_server.is_installed()
    found = []
    for name in dict.fromkeys([local_files.DEFAULT_MODEL, *local_files.local_models()]):
        here = name != local_files.DEFAULT_MODEL or local_files.find(name) is not None
        note = "on this machine, no key needed" if here else "fetched on first use (98 MB), no key needed"
        found.append(KnownModel(name, "local", installed, note if installed else local_server.MISSING_PACKAGE))
    for provider, needs in PROVIDERS.items():
        variables = [v for v in (*needs.any_of, *needs.all_of) if os.environ.get(v)]
        if not variables:
            continue
        for model in needs.examples:
            missing = _check_provider(f"{provider}/{model}", needs, Parameters())
            note = "; ".join(missing) or f"{variables[0]} is set"
            found.append(KnownModel(f"{provider}/{model}", "provider", not missing, note))
        if not needs.examples:
            found.append(KnownModel(f"{provider}/…", "provider", False, f"{variables[0]} is set; add the model's name"))
    return [*found, *(KnownModel(name, "pseudo", True, note) for name, note in PSEUDO_MODELS.items())]


def key_variables(name: str) -> tuple[str, ...]:
    """The environment variables that a provider's key is read from."""
    needs = PROVIDERS.get(name.partition("/")[0], Provider())
    return needs.any_of or needs.all_of


def _check_local(name: str) -> list[str]:
    missing = []
    if not local_server.is_installed():
        missing.append(local_server.MISSING_PACKAGE)
    try:
        if path := local_files.find(name):
            gguf.read_header(path)
    except UserError as error:
        missing.append(str(error))
    return missing


def _check_provider(name: str, needs: Provider, parameters: Parameters) -> list[str]:
    missing = []
    variable = parameters.api_key_variable
    if variable is not None:
        if not os.environ.get(variable):
            missing.append(f"{name} needs a key: set the environment variable {variable}")
    elif parameters.api_base is None:
        if needs.any_of and not any(os.environ.get(v) for v in needs.any_of):
            missing.append(f"{name} needs a key: set the environment variable {' or '.join(needs.any_of)}")
        if absent := [v for v in needs.all_of if not os.environ.get(v)]:
            missing.append(f"{name} needs the environment variable{'s' * (len(absent) > 1)} {', '.join(absent)}")
    if needs.package and not _importable(needs.package):
        missing.append(f"{name} needs a package: pip install {needs.install}")
    return missing


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # its parent package is missing
        return False


@functools.cache
def _litellm_providers() -> frozenset[str]:
    """Read from litellm's own list beside its code: importing it takes seconds, and a web page asks this too."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or not spec.submodule_search_locations:
        return frozenset()
    path = Path(next(iter(spec.submodule_search_locations))) / "provider_endpoints_support_backup.json"
    try:
        return frozenset(json.loads(path.read_text(encoding="utf-8"))["providers"])
    except (OSError, ValueError, KeyError):
        return frozenset()
