"""The one store that all pages of a server read, and what is quick to ask of it."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from deepbench_core import causes, figures, filters, gaps, paths, problems
from deepbench_core.causes import Tally
from deepbench_core.filters import Filters, Vocabulary
from deepbench_core.gaps import Gaps
from deepbench_core.store import Store
from pages.parts import navigation


def start() -> Store:
    """First line of every page: the store, once navigation is there."""
    navigation.ensure()
    return store()


def store() -> Store:
    """The store over the results and suites that the environment names."""
    return _open(tuple(str(p) for p in paths.readable_results()), tuple(str(p) for p in suite_folders()))


def suite_folders() -> list[Path]:
    """The suites that ship with the product, those that were imported, and those of $DEEPBENCH_PROBLEMS."""
    folders = problems.suite_folders()
    extra = [Path(p) for p in os.environ.get("DEEPBENCH_PROBLEMS", "").split(os.pathsep) if p]
    return folders + [p for p in extra if p not in folders]


@st.cache_resource(max_entries=4, show_spinner=False)
def _open(results: tuple[str, ...], suites: tuple[str, ...]) -> Store:
    return Store([Path(p) for p in results], [Path(p) for p in suites])


def vocabulary() -> Vocabulary:
    """What there is to choose from."""
    found = store()
    return _vocabulary(found.version, found)


@st.cache_data(max_entries=8, show_spinner=False)
def _vocabulary(version: str, _store: Store) -> Vocabulary:
    return filters.vocabulary(_store)


def colours() -> dict[str, str]:
    """The colour of every model of the store, the same on every page."""
    found = vocabulary()
    return figures.model_colours(found.models + found.pseudo_models)


def symbols() -> dict[str, int]:
    """The shape of every model's marks, the same on every page."""
    found = vocabulary()
    return figures.model_symbols(found.models + found.pseudo_models)


def gaps_on(chosen: Filters, axis: str) -> Gaps:
    """The gaps on one axis; kept, because three of them are asked for with every change of a page."""
    found = store()
    return _gaps(found.version, chosen, axis, found)


@st.cache_data(max_entries=60, show_spinner=False)
def _gaps(version: str, chosen: Filters, axis: str, _store: Store) -> Gaps:
    return gaps.gap(_store, chosen, axis)


def causes_of(chosen: Filters) -> Tally:
    """What the failures within the filters are."""
    found = store()
    return _causes(found.version, chosen, found)


@st.cache_data(max_entries=20, show_spinner=False)
def _causes(version: str, chosen: Filters, _store: Store) -> Tally:
    return causes.tally(_store, chosen)
