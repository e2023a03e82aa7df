"""Reading a response: its thoughts, its fenced blocks, and the code between sentences."""

from __future__ import annotations

import ast
import contextlib
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from deepbench_core import syntax

MAX_RESPONSE = 4_000_000
MAX_CODE = 256_000  # characters of one candidate; nobody's answer is longer
MAX_BLOCKS = 300
_PARSE_BUDGET = 3_000_000  # characters parsed for one response
_PARSE_LEAST = 200  # what a call costs at least, so that a flood of tiny blocks ends too

_FENCE = re.compile(r"([ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})[ \t]*(.*)")
_THINK_OPEN = re.compile(r"^[ \t]*<(think|thinking|reasoning|thought)>", re.IGNORECASE | re.MULTILINE)
_THINK_CLOSE = re.compile(r"</(?:think|thinking|reasoning|thought)>", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]*")
_MAGIC = re.compile(r"^[%!].*$", re.MULTILINE)
CODE_LINE = re.compile(
    r"(?:import|from|def|class|async|if|for|while|with|try|assert|del|global|raise)\b|[@#]|[rbuf]{0,2}\"\"\"|[rbuf]{0,2}'''"
    r"|[A-Za-z_][\w.]*(?:\[[^\]\n]{1,80}\])?\s*(?::[^=\n]{1,120})?[-+*/|&]?=(?!=)"
    r"|[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*){1,8}\s*=(?!=)"
    r"|[A-Za-z_][\w.]*\("
)
_GOES_ON = re.compile(r"[)\]}]|(?:else|elif|except|finally)\b")
_LABEL = re.compile(r"[A-Z][a-z]+:")  # "Example: x = f(1)" would parse, as an annotation

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Piece:
    """A candidate that parses, and the names that it binds at top level."""

    text: str
    tree: ast.Module
    offset: int
    steps: tuple[str, ...]
    real: frozenset[str]  # functions and classes with something in them
    hollow: frozenset[str]  # functions that hold a docstring, `pass` or `...` alone
    assigned: frozenset[str]
    imported: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return self.real | self.hollow | self.assigned | self.imported


@dataclass
class Block:
    """Lines of the response between two fences; `prefix` is what stands before the opening one."""

    start: int
    end: int
    prefix: str
    info: str
    closed: bool


@dataclass
class Parser:
    """ast.parse that never raises and ends when its budget is spent."""

    left: int = _PARSE_BUDGET
    seen: dict[str, ast.Module | None] = field(default_factory=dict)

    def __call__(self, text: str) -> ast.Module | None:
        if text in self.seen:
            return self.seen[text]
        self.left -= max(len(text), _PARSE_LEAST)
        if len(text) > MAX_CODE or self.left < 0:
            return None
        tree: ast.Module | None = None
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            tree = syntax.parse(text, quiet=True)  # invalid escapes and the like are the model's affair
        self.seen[text] = tree
        return tree


def without_thoughts(text: str) -> str:
    """The text with its thinking blanked out, so that offsets stay true; a thought that never ends goes to the end."""
    if "<" not in text:
        return text
    parts: list[str] = []
    position = 0
    # Some templates put the opening tag into the prompt, and the response holds the closing one alone.
    first = _THINK_CLOSE.search(text)
    opening = _THINK_OPEN.search(text)
    if first and (opening is None or opening.start() > first.start()) and _is_tail(text, first):
        parts.append(_blank(first.end()))
        position = first.end()
    while opening := _THINK_OPEN.search(text, position):
        closing = _THINK_CLOSE.search(text, opening.end())
        end = closing.end() if closing else len(text)
        parts += [text[position : opening.start()], _blank(end - opening.start())]
        position = end
    return "".join([*parts, text[position:]])


def _is_tail(text: str, tag: re.Match[str]) -> bool:
    """Whether a closing tag ends its line, as it does where thinking ends; in a string or a regex it does not."""
    end = text.find("\n", tag.end())
    return not text[tag.end() : end if end >= 0 else len(text)].strip()


def _blank(length: int) -> str:
    return " " * (length - 1) + "\n"


def line_starts(lines: list[str]) -> list[int]:
    """The offset of each line, and of the end."""
    starts, position = [], 0
    for line in lines:
        starts.append(position)
        position += len(line) + 1
    return [*starts, max(0, position - 1)]


def find_blocks(lines: list[str]) -> tuple[list[Block], int]:
    """Fenced blocks as CommonMark has them, and as models mean them where the two differ.

    A fence with a language inside an open block is read both as a nested block and as the next block after one that
    was never closed. Returns the candidates in the order of their start, and the number of blocks without the doubles.
    """
    found: list[Block] = []
    stack: list[tuple[str, Block]] = []
    bare: list[int] = []
    doubles = 0
    for number, line in enumerate(lines):
        if "```" not in line and "~~~" not in line:
            continue
        match = _FENCE.match(line)
        if not match:
            # "return x```": the closing fence on the last line of the code
            if stack and line.rstrip().endswith("```") and line.count("```") == 1:
                lines[number] = line.rstrip()[:-3]
                found.append(replace(stack.pop()[1], end=number + 1, closed=True))
            continue
        prefix, fence, info = match[1], match[2], match[3].strip()
        if fence[0] == "`" and "`" in info:
            continue  # inline code
        if info:
            if stack and stack[-1][0][0] == fence[0]:
                found.append(replace(stack[-1][1], end=number, closed=False))
                doubles += 1
            if not stack or stack[-1][0][0] == fence[0]:
                stack.append((fence, Block(number + 1, len(lines), prefix, info, False)))
        elif stack:
            bare.append(number)
            if fence[0] == stack[-1][0][0] and len(fence) >= len(stack[-1][0]):
                found.append(replace(stack.pop()[1], end=number, closed=True))
        else:
            stack.append((fence, Block(number + 1, len(lines), prefix, "", False)))
        if len(found) > MAX_BLOCKS:
            break
    # Of fences that never close, the outermost and the innermost can matter.
    unclosed = [block for _, block in stack]
    count = len(found) - doubles + len(unclosed)
    found += unclosed if len(unclosed) <= 8 else [*unclosed[:4], *unclosed[-4:]]
    # A block may end at a fence inside one of its docstrings: offer some longer readings too.
    for block in [b for b in found if b.closed][:20]:
        later = [n for n in bare if n > block.end][:2]
        found += [replace(block, end=number) for number in later if len(bare) < 40]
    return sorted(found, key=lambda b: (b.start, b.end)), count


def read_block(block: Block, lines: list[str], starts: list[int], parse: Parser) -> Iterator[Piece]:
    """The block as code: as it is, or with what commonly stands around code taken off."""
    if starts[block.end] - starts[block.start] > 2 * MAX_CODE:
        return
    content = [line.removesuffix("\r") for line in lines[block.start : block.end]]
    if ">" in block.prefix:
        content = [re.sub(r"^[ \t]*>[ \t]?", "", line) for line in content]
    elif block.prefix:
        width = len(block.prefix)
        content = [line[min(width, len(line) - len(line.lstrip())) :] for line in content]
    text = _trim("\n".join(content))
    offset = starts[block.start]
    for variant, step in _variants(text, block.info):
        if (tree := parse(variant)) and _is_module(tree):
            steps = tuple(s for s in (step, "" if block.closed else "unclosed") if s)
            yield make_piece(variant, tree, offset, steps)
            return
    if not block.closed:
        salvaged = salvage(text, parse)
        if salvaged and (tree := parse(salvaged)) and tree.body:
            yield make_piece(salvaged, tree, offset, ("unclosed",))


def _trim(text: str) -> str:
    """Without blank lines at either end, whose white space would count as an indent, and without a byte order mark."""
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip().removeprefix("\ufeff")


def _variants(text: str, info: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    rest = info[_LANGUAGE.match(info).end() :].strip() if info else ""  # type: ignore[union-attr]  # it always matches
    if rest and CODE_LINE.match(rest):
        yield f"{rest}\n{text}", "first-line"  # "```python import torch"
    yield textwrap.dedent(text), "dedented"
    if ">>> " in text:
        yield _without_prompts(text), "doctest"
    if _MAGIC.search(text):
        yield _MAGIC.sub("", text), "magic"
    if "\u00a0" in text:
        yield text.replace("\u00a0", " "), "spaces"


def _without_prompts(text: str) -> str:
    """What was typed in an interactive session; its output goes."""
    lines = (line.lstrip() for line in text.split("\n"))
    return "\n".join(line[4:] for line in lines if line.startswith((">>> ", "... ")) or line in (">>>", "..."))


def read_prose(lines: list[str], blocks: list[Block], starts: list[int], parse: Parser) -> list[Piece]:
    """Code outside of all fences: the whole text, or the statements between sentences."""
    fenced = {number for b in blocks for number in range(b.start - 1, min(b.end + 1, len(lines)))}
    kept = [("" if n in fenced else line.removesuffix("\r")) for n, line in enumerate(lines)]
    text = "\n".join(kept)
    body = text.strip()
    offset = starts[next((n for n, line in enumerate(kept) if line.strip()), 0)]
    if not body:
        return []
    if len(text) <= MAX_CODE:
        for variant, step in _variants(_trim(text), ""):
            if (tree := parse(variant)) and _is_module(tree) and any(map(_does_something, tree.body)):
                return [make_piece(variant, tree, offset, tuple(s for s in ("raw", step) if s))]
    pieces = []
    # Markdown also marks code by indenting it.
    indented = "\n".join(line for line in kept if not line.strip() or line.startswith(("    ", "\t")))
    for source in (text, textwrap.dedent(indented)):
        salvaged = salvage(source[: MAX_CODE // 2], parse)
        if salvaged and (tree := parse(salvaged)) and tree.body:
            piece = make_piece(salvaged, tree, max(0, text.find(salvaged.split("\n", 1)[0])), ())
            # An assignment between sentences may be torn out of anything.
            pieces.append(replace(piece, assigned=frozenset()))
    return pieces


def _is_module(tree: ast.Module) -> bool:
    """Whether there is anything, and it could stand in a file: a bare `return` parses, and means a function's body."""
    return bool(tree.body) and not any(isinstance(node, ast.Return) for node in top_level(tree.body))


def _does_something(node: ast.stmt) -> bool:
    """Whether a statement is more than a word that happens to parse, such as `Sorry`."""
    return not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call | ast.Await)


def salvage(text: str, parse: Parser) -> str:
    """The top-level statements of a text that parse and look like code, in their order."""
    kept = []
    for chunk in _chunks(text.split("\n")):
        first = chunk.lstrip()
        if CODE_LINE.match(first) and not _LABEL.match(first) and parse(chunk):
            kept.append(chunk)
    return "\n".join(kept).strip("\n")


def _chunks(lines: list[str]) -> Iterator[str]:
    """Top-level statements, each with everything that is indented below it."""
    chunk: list[str] = []
    quotes = 0
    for line in lines:
        begins = bool(line) and not line[0].isspace() and not _GOES_ON.match(line)
        last = next((entry for entry in reversed(chunk) if entry.strip()), "")
        goes_on = quotes % 2 or last.startswith("@") or last.rstrip().endswith(("(", "[", "{", ",", "\\"))
        if begins and chunk and not goes_on:
            yield "\n".join(chunk)
            chunk, quotes = [], 0
        chunk.append(line)
        quotes += line.count('"""') + line.count("'''")
    if chunk:
        yield "\n".join(chunk)


def make_piece(text: str, tree: ast.Module, offset: int, steps: tuple[str, ...]) -> Piece:
    real: set[str] = set()
    hollow: set[str] = set()
    assigned: set[str] = set()
    imported: set[str] = set()
    for node in top_level(tree.body):
        if isinstance(node, ast.ClassDef):
            real.add(node.name)
        elif isinstance(node, FUNCTION):
            (hollow if is_hollow(node) else real).add(node.name)
        elif isinstance(node, ast.Assign):
            assigned |= {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            assigned.add(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return Piece(text, tree, offset, steps, *map(frozenset, (real, hollow - real, assigned, imported)))


def top_level(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run at import, those under `if` and `try` included."""
    queue = list(body)
    for node in queue:
        yield node
        for part in ("body", "orelse", "handlers", "finalbody"):
            if not isinstance(node, (*FUNCTION, ast.ClassDef)):
                queue += getattr(node, part, [])


def is_hollow(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(
        isinstance(n, ast.Pass) or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in node.body
    )
