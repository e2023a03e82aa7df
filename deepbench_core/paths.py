"""Where things are: what ships with the product, and where a user's own things go."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def product_dir() -> Path:
    """Folder that holds `app.py`, `pages/`, `problems/`, `environments/`: the checkout, or the installed copy."""
    checkout = _PACKAGE.parent
    return (
        checkout
        if (checkout / "app.py").is_file() and (checkout / "pyproject.toml").is_file()
        else _PACKAGE / "_product"
    )


def in_checkout() -> bool:
    """Whether the package runs from a source checkout, where `results/` is meant to be written."""
    return product_dir() == _PACKAGE.parent


def home_dir() -> Path:
    """Folder for what can be made again or is under way: environments, models, unfinished runs, calibration.

    `$DEEPBENCH_HOME` if set, else the platform's data folder. Created on first use, readable by its owner alone.
    """
    home = Path(os.environ.get("DEEPBENCH_HOME") or platformdirs.user_data_path("deepbench", appauthor=False))
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home


def results_dir() -> Path:
    """Folder that runs are published to: `$DEEPBENCH_RESULTS`, else `results/` of a checkout, else below the home."""
    if given := os.environ.get("DEEPBENCH_RESULTS"):
        return Path(given)
    return product_dir() / "results" if in_checkout() else home_dir() / "results"


def readable_results() -> list[Path]:
    """Folders that boards read: where runs are published, and what an installed copy brought along.

    A folder that was asked for by name is shown alone.
    """
    shipped = product_dir() / "results"
    alone = bool(os.environ.get("DEEPBENCH_RESULTS")) or not shipped.is_dir() or shipped == results_dir()
    return [results_dir()] if alone else [results_dir(), shipped]


def problems_dir() -> Path:
    """Folder of the suites that ship with the product."""
    return product_dir() / "problems"


def suites_dir() -> Path:
    """Folder of the suites that were imported: other people's, so never part of the product."""
    return home_dir() / "suites"


def environments_dir() -> Path:
    """Folder of the environments' definitions."""
    return product_dir() / "environments"
