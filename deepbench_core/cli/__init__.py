"""The command `deepbench`: words in, words out; every command is one call into the core."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from deepbench_core.cli.annotations import annotations_
from deepbench_core.cli.diagnose import diagnose
from deepbench_core.cli.environments import doctor, env
from deepbench_core.cli.imports import import_
from deepbench_core.cli.problems import problems
from deepbench_core.cli.report import report
from deepbench_core.cli.results import compare, leaderboard
from deepbench_core.cli.runs import rejudge, resume, run, runs, score
from deepbench_core.cli.serve import serve
from deepbench_core.errors import DeepBenchError, UserError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="deepbench", prog_name="deepbench")
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of published results.  [default: results/ of a checkout, else the data folder]",
)
def cli(results: Path | None) -> None:
    """How well do language models write deep-learning code?

    Start with `deepbench serve`, or with `deepbench run --model local/smollm2-135m-instruct`.
    """
    if results is not None:
        os.environ["DEEPBENCH_RESULTS"] = str(results.absolute())


for command in (
    serve,
    run,
    resume,
    score,
    rejudge,
    diagnose,
    runs,
    problems,
    env,
    leaderboard,
    compare,
    report,
    import_,
    doctor,
    annotations_,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command; any mistake of the user's is one line on stderr and exit status 2, ours is 1."""
    try:
        status = cli.main(args=arguments, prog_name="deepbench", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        status = 2
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "deepbench"
        status = _complain(f"{error.format_message().rstrip('.')} (see {command} --help)", 2)
    except click.ClickException as error:
        status = _complain(error.format_message(), 2)
    except DeepBenchError as error:
        status = _complain(str(error), 2 if isinstance(error, UserError) else 1)
    except (KeyboardInterrupt, click.Abort):
        status = _complain("stopped", 130)
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    sys.exit(status if isinstance(status, int) else 0)


def _complain(message: str, status: int) -> int:
    click.echo(f"deepbench: {' '.join(message.split())}", err=True)
    return status
