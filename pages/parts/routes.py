"""The pages' data as JSON, beside the app: `/api` lists what there is, `/api/<name>` answers."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from deepbench_core import api
from deepbench_core.errors import DeepBenchError, UserError


def routes() -> list[Route]:
    return [Route("/api", contents), Route("/api/{name}", page)]


def contents(request: Request) -> JSONResponse:
    """What there is."""
    found = {f"/api/{name}": (ask.__doc__ or "").strip() for name, ask in api.ENDPOINTS.items()}
    return JSONResponse({"data": found, "parameters": "those of the pages' own addresses"})


def page(request: Request) -> JSONResponse:
    """One page's data; runs in a thread, as everything that asks the store does."""
    from pages.parts import data  # not before Streamlit's runtime is there, which its caches ask for

    query = parse_qs(request.url.query)
    try:
        return JSONResponse(api.answer(data.store(), request.path_params["name"], query))
    except UserError as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    except DeepBenchError as error:
        return JSONResponse({"error": str(error)}, status_code=500)
