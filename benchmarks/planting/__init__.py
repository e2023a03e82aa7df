"""Faults planted into references, each of a known cause. `plant` yields them; the modules beside hold their forms."""

from benchmarks.planting import spelling, lookups, constants, steps, logic  # isort: skip - the order is that of FORMS
from benchmarks.planting.source import FORMS, Plant, pairs, plant

__all__ = ["FORMS", "Plant", "constants", "logic", "lookups", "pairs", "plant", "spelling", "steps"]
