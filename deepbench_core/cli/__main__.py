"""`python -m deepbench_core.cli`, for where the command is not on the path."""

from deepbench_core.cli import main

main()
