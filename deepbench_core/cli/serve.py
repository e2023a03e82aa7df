"""`deepbench serve`: the leaderboard in the browser."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from deepbench_core import paths
from deepbench_core.errors import UserError


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: the first free from 8501]")
@click.option("--host", default="localhost", show_default=True, help="Address to listen on; 0.0.0.0 for every one.")
@click.option("--open/--no-open", "open_browser", default=True, show_default=True, help="Open the browser.")
@click.option(
    "--problems",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    help="A further folder of problems to show.",
)
def serve(port: int | None, host: str, open_browser: bool, problems: tuple[Path, ...]) -> None:
    """Show the leaderboard in the browser; runs are launched and watched there too."""
    app = paths.product_dir() / "asgi.py"
    if not app.is_file():
        raise UserError(f"{app} is missing; install DeepBench again")
    if problems:
        os.environ["DEEPBENCH_PROBLEMS"] = os.pathsep.join(str(p.absolute()) for p in problems)
    port = port or _free_port(host)
    settings = {
        "server.address": host,
        "server.port": port,
        "server.headless": not (open_browser and _has_display()),
        "server.showEmailPrompt": False,
        "server.fileWatcherType": "none",
    }
    flags = [f"--{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in settings.items()]
    click.echo(f"DeepBench at http://{'localhost' if host == '0.0.0.0' else host}:{port} (Ctrl-C ends it)")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), *flags])


def _free_port(host: str) -> int:
    for port in range(8501, 8601):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except socket.gaierror:
                raise UserError(f"{host}: not an address of this machine") from None
            except OSError:
                continue
            return port
    raise UserError("no free port between 8501 and 8600; give one with --port")


def _has_display() -> bool:
    """Whether a browser could open here; on a server without a screen trying only prints a warning."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
