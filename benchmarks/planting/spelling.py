"""Faults that can be seen without running anything: syntax and imports."""

from __future__ import annotations

import ast

from benchmarks.planting.source import Found, Source, form
from deepbench_core.categories import Category, Facet

# 2 --------------------------------------------------------------------------------------------------------------------


@form(Category.SYNTAX, Facet.GENERAL)
def missing_colon(s: Source) -> Found:
    for node in s.walk(ast.FunctionDef, ast.If, ast.For, ast.With):
        line = node.body[0].lineno - 2
        lines = s.text.splitlines(keepends=True)
        while line > 0 and not lines[line].split("#")[0].rstrip().endswith(":"):
            line -= 1
        lines[line] = lines[line].split("#")[0].rstrip()[:-1] + "\n"
        yield "".join(lines), line + 1


@form(Category.SYNTAX, Facet.GENERAL)
def unclosed_bracket(s: Source) -> Found:
    for node in s.walk(ast.Call):
        end = s.end(node)
        yield s.text[: end - 1] + s.text[end:], node.lineno


@form(Category.SYNTAX, Facet.GENERAL)
def broken_indentation(s: Source) -> Found:
    for block in s.blocks():
        if len(block) > 1:
            lines = s.text.splitlines(keepends=True)
            lines[block[1].lineno - 1] = "  " + lines[block[1].lineno - 1]
            yield "".join(lines), block[1].lineno


@form(Category.SYNTAX, Facet.GENERAL)
def cut_off(s: Source) -> Found:
    for node in s.walk(ast.Call):
        if node.end_lineno > 5 and node.args:
            yield s.text[: s.end(node.args[0])], node.lineno


# 15 -------------------------------------------------------------------------------------------------------------------


@form(Category.IMPORT, Facet.API_VERSION)
def dropped_import(s: Source) -> Found:
    imports = [n for n in s.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    s.random.shuffle(imports)
    for node in imports:
        names = {(a.asname or a.name).partition(".")[0] for a in node.names}
        uses = [n for n in ast.walk(s.tree) if isinstance(n, ast.Name) and n.id in names]
        if uses and getattr(node, "module", "") != "__future__":
            first = min(n.lineno for n in uses)
            yield s.remove(node, s.tree.body), first - (node.end_lineno or node.lineno) + node.lineno - 1


@form(Category.IMPORT, Facet.API_VERSION)
def misspelt_module(s: Source) -> Found:
    for node in s.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            yield s.text.replace(f"from {node.module} import", f"from {node.module}_utils import", 1), node.lineno
        elif isinstance(node, ast.Import) and node.names[0].name.count("."):
            name = node.names[0].name
            yield s.swap(node, s.of(node).replace(name, name + "s", 1)), node.lineno


@form(Category.IMPORT, Facet.API_VERSION)
def import_of_another_module(s: Source) -> Found:
    for node in s.tree.body:
        if isinstance(node, ast.Import) and node.names[0].asname and node.names[0].name.count("."):
            parent = node.names[0].name.rpartition(".")[0]
            if parent.count(".") or node.names[0].name == "torch.nn.functional":
                yield s.swap(node, f"import {parent} as {node.names[0].asname}"), node.lineno
        elif isinstance(node, ast.Import) and node.names[0].name == "math":
            yield s.swap(node, "import cmath as math"), node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module not in ("__future__", None):
            yield s.swap(node, s.of(node).replace(f"from {node.module}", "from functools", 1)), node.lineno


@form(Category.IMPORT, Facet.API_VERSION)
def missing_alias(s: Source) -> Found:
    for node in s.tree.body:
        if isinstance(node, ast.Import) and node.names[0].asname:
            alias = node.names[0].asname
            uses = [n.lineno for n in ast.walk(s.tree) if isinstance(n, ast.Name) and n.id == alias]
            if uses:
                yield s.swap(node, f"import {node.names[0].name}"), min(uses)
