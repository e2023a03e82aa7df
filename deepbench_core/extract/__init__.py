"""From a model's response to the code that is judged.

The rules, from the first that applies; none of them changes what the model's code does:

1. `<think>` parts go; what they hold is not the answer.
2. A fenced block that defines every entry point. The last one: a model that writes several corrects itself. Other
   blocks join it when it uses names that only they define, or when the entry points are spread over several.
3. The same in text without fences: whole, or the statements between the prose.
4. Entry points that are methods of a class: the class, and a line that names its methods, if it can be made without
   arguments.
5. The body alone, as a completion model continues the prompt: the prompt with the body.
6. Code that defines something else; a judge will say so.

What the token limit cut off (a block without its closing fence) loses its last, broken statement. A closed block has
to parse as it is. The time is linear in the response, and only its first MAX_RESPONSE characters are looked at.
"""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deepbench_core.extract import snippet
from deepbench_core.extract.blocks import (
    CODE_LINE,
    FUNCTION,
    MAX_CODE,
    MAX_RESPONSE,
    Block,
    Parser,
    Piece,
    find_blocks,
    is_hollow,
    line_starts,
    make_piece,
    read_block,
    read_prose,
    salvage,
    top_level,
    without_thoughts,
)

if TYPE_CHECKING:
    from deepbench_core.problems import Problem

__all__ = ["Extraction", "extract", "extract_answer"]

_BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__"}


@dataclass(frozen=True)
class Extraction:
    """What was found. `code` is None for no code that parses; it always parses otherwise, but for a snippet.

    `how` names the rule: `fenced`, `joined`, `raw`, `prose`, `method`, `continued`, `cut`, `none`; then, after a plus,
    what was done to the text: `unclosed`, `dedented`, `doctest`, `magic`, …
    `blocks` counts fenced blocks; `offset` is where in the response the code begins, -1 for none.
    """

    code: str | None
    how: str
    blocks: int
    offset: int


def extract_answer(response: str, problem: Problem) -> Extraction:
    """Find in a response what is judged as the answer to a problem: its code, or the snippet that was asked for."""
    if problem.meta.form == "snippet":
        text = response[:MAX_RESPONSE]
        code = snippet.cut(snippet.after_thoughts(text, without_thoughts(text)))
        return Extraction(code, "cut" if code else "none", text.count("```") // 2, text.find(code) if code else -1)
    if problem.meta.package:
        # A method may come as a function or in any class: the judge finds it, whatever the code is called.
        method = "." in problem.meta.package.target.partition(":")[2]
        return extract(response, () if method else problem.meta.entry_points)
    return extract(response, problem.meta.entry_points, prompt=problem.prompt)


def extract(response: str, entry_points: Sequence[str], *, prompt: str = "") -> Extraction:
    """Find the code in a response. Never raises.

    `prompt` is the problem's prompt.py; with it, a response that only continues the function is understood.
    Without entry points any code will do, and the longest is taken.
    """
    text = without_thoughts(response[:MAX_RESPONSE])
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    parse = Parser()
    wanted = tuple(entry_points)

    starts = line_starts(lines)
    blocks, count = find_blocks(lines)
    fenced = [piece for block in blocks for piece in read_block(block, lines, starts, parse)]
    if found := _choose(fenced, wanted, "fenced"):
        return replace(found, blocks=count)
    prose = read_prose(lines, blocks, starts, parse)
    if found := _choose(prose, wanted, "prose"):
        return replace(found, blocks=count)
    if found := _method([*fenced, *prose], wanted):
        return replace(found, blocks=count)
    if found := _continued(lines, blocks, starts, wanted, prompt, parse):
        return replace(found, blocks=count)
    if found := _anything(fenced, prose, wanted):
        return replace(found, blocks=count)
    return Extraction(None, "none", count, -1)


def _choose(pieces: list[Piece], wanted: tuple[str, ...], how: str) -> Extraction | None:
    """Rules 2 and 3: definitions before assignments, one block before several."""
    if not wanted:
        return _join([max(pieces, key=lambda piece: len(piece.text))], pieces, how) if pieces else None
    for with_assigned in (False, True):
        named = [(piece, piece.real | piece.assigned if with_assigned else piece.real) for piece in pieces]
        whole = [piece for piece, names in named if names >= set(wanted)]
        if whole:
            return _join([whole[-1]], pieces, how)
        parts = [next((p for p, names in reversed(named) if name in names), None) for name in wanted]
        chosen = [p for p in parts if p is not None]
        if len(chosen) == len(wanted):
            return _join(chosen, pieces, how)
    return None


def _join(chosen: list[Piece], pieces: list[Piece], how: str) -> Extraction:
    """The chosen pieces with those that define what they miss, in the order of the response."""
    main = chosen[-1]
    taken = list({piece.offset: piece for piece in chosen}.values())
    have = frozenset[str]().union(*(p.names for p in taken))
    missing = frozenset[str]().union(*(_free(p.tree) for p in taken)) - have
    for _ in range(len(pieces)):
        if not missing:
            break
        # Definitions from anywhere; assigned names only from before, for examples come after.
        helper = next(
            (
                p
                for p in reversed(pieces)
                if p.offset not in {t.offset for t in taken}
                and missing & ((p.names - p.hollow) if p.offset < main.offset else (p.real | p.imported))
            ),
            None,
        )
        if helper is None:
            break
        taken.append(helper)
        have |= helper.names
        missing = (missing | _free(helper.tree)) - have
    steps = tuple(dict.fromkeys(step for piece in taken for step in piece.steps))
    if len(taken) == 1:
        how, steps = ("raw", tuple(s for s in steps if s != "raw")) if "raw" in steps else (how, steps)
        return Extraction(main.text, "+".join((how, *steps)), 0, main.offset)
    taken.sort(key=lambda piece: piece.offset)
    text = _future_first("\n\n\n".join(piece.text for piece in taken))
    if Parser()(text) is None:  # far-fetched: each piece parses, and together they don't
        return Extraction(main.text, "+".join((how, *main.steps)), 0, main.offset)
    return Extraction(text, "+".join(("joined", *steps)), 0, taken[0].offset)


def _free(tree: ast.Module) -> frozenset[str]:
    """Names that are used and bound nowhere in the tree: a rough list, in one pass."""
    used: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (*FUNCTION, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return frozenset(used - bound - _BUILTINS)


def _future_first(text: str) -> str:
    """Imports from `__future__` must come first, whichever block they stood in."""
    lines = text.split("\n")
    future = [line for line in lines if line.startswith("from __future__ import")]
    return "\n".join([*dict.fromkeys(future), *(line for line in lines if line not in future)]) if future else text


def _method(pieces: list[Piece], wanted: tuple[str, ...]) -> Extraction | None:
    """Rule 4: entry points that are methods."""
    for piece in reversed(pieces):
        classes = [node for node in piece.tree.body if isinstance(node, ast.ClassDef)]
        added: list[str] = []
        for name in wanted:
            if name in piece.real:
                continue
            line = next((line for node in reversed(classes) if (line := _reach(node, name))), None)
            if line is None:
                break
            added.append(line)
        else:
            if added:
                joined = _join([piece], pieces, "method")
                note = "# Not the model's: makes the methods above reachable by their own names."
                return replace(
                    joined,
                    code="\n".join(
                        [(joined.code or "").rstrip("\n"), "", "", note, *dict.fromkeys("\n".join(added).split("\n"))]
                    ),
                    how="+".join(dict.fromkeys(("method", *joined.how.split("+")))),
                )
    return None


def _reach(node: ast.ClassDef, name: str) -> str | None:
    """The line that makes a method reachable; None where that needs arguments that nobody knows."""
    methods = {n.name: n for n in node.body if isinstance(n, FUNCTION)}
    if name not in methods or is_hollow(methods[name]):
        return None
    decorators = {d.id for d in methods[name].decorator_list if isinstance(d, ast.Name)}
    parameters = [*methods[name].args.posonlyargs, *methods[name].args.args]
    if decorators & {"staticmethod", "classmethod"} or not parameters or parameters[0].arg not in ("self", "cls"):
        return f"{name} = {node.name}.{name}"
    if init := methods.get("__init__"):
        plain = len(init.args.posonlyargs) + len(init.args.args) - 1 - len(init.args.defaults)
        if plain > 0 or any(default is None for default in init.args.kw_defaults):
            return None
    shared = f"_{node.name.lower()}"
    return f"{shared} = {node.name}()\n{name} = {shared}.{name}"


def _continued(
    lines: list[str], blocks: list[Block], starts: list[int], wanted: tuple[str, ...], prompt: str, parse: Parser
) -> Extraction | None:
    """Rule 5: the prompt and the body that the response gives."""
    head = prompt.rstrip()
    tree = parse(head) if head else None
    if not tree or not tree.body:
        return None
    last = tree.body[-1]
    if not isinstance(last, FUNCTION) or {last.name} != set(wanted):
        return None
    sources = [(b.start, b.end) for b in blocks] or [(0, len(lines))]
    for start, end in sources:
        body = "\n".join(line.removesuffix("\r") for line in lines[start:end]).strip("\n")
        if not body.strip() or len(body) > MAX_CODE // 2:
            continue
        for variant in _as_body(body, parse):
            text = f"{head}\n{variant}"
            if not parse(text):
                text = salvage(text, parse)
            found = parse(text)
            if found and found.body and last.name in make_piece(text, found, 0, ()).real:
                return Extraction(text, "continued", 0, starts[start])
    return None


def _as_body(body: str, parse: Parser) -> Iterator[str]:
    """The text as the body of a function, if it can be one."""
    rest = [line for line in body.split("\n")[1:] if line.strip()]
    if body[0] in " \t":
        yield body if body.startswith("    ") else textwrap.indent(textwrap.dedent(body), "    ")
    elif rest and all(line[0] in " \t" for line in rest[:3]) and not CODE_LINE.match(rest[-1]):
        yield f"    {body}"  # chat interfaces strip the first line's indent
    tree = parse(body)
    if tree and any(isinstance(node, ast.Return) for node in top_level(tree.body)):
        yield textwrap.indent(body, "    ")


def _anything(fenced: Iterable[Piece], prose: Iterable[Piece], wanted: tuple[str, ...]) -> Extraction | None:
    """Rule 6: the best of what doesn't define what was asked for."""

    def rank(piece: Piece) -> tuple[int, bool, int]:
        return len(piece.hollow & set(wanted)), bool(piece.real), len(piece.text)

    whole = [p for p in fenced if p.real or p.hollow or not {"unclosed"} & set(p.steps)]
    whole = [p for p in whole if p.real or p.hollow or not all(isinstance(n, ast.Expr) for n in p.tree.body)]
    if whole:
        return _join([max(whole, key=rank)], whole, "fenced")
    whole = [p for p in prose if p.real or p.hollow or "raw" in p.steps]
    return _join([max(whole, key=rank)], whole, "prose") if whole else None
