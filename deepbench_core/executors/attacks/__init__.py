"""An attack suite: programs that try to cheat, to get out and to break things, and honest ones that must pass.

`deepbench doctor --attack` runs it against the user's own sandbox. `docs/security.md` says what it stands for.
"""

from deepbench_core.executors.attacks.programs import KINDS, Program, read_programs, read_styles, select
from deepbench_core.executors.attacks.report import AttackReport, AttackResult
from deepbench_core.executors.attacks.runner import attack, run_attacks

__all__ = [
    "KINDS",
    "AttackReport",
    "AttackResult",
    "Program",
    "attack",
    "read_programs",
    "read_styles",
    "run_attacks",
    "select",
]
