"""Faults in what is looked up: invented objects, wrong attributes, undefined and wrong references."""

from __future__ import annotations

import ast
import itertools

from benchmarks.planting.source import Found, Source, form, is_module_attribute
from deepbench_core.categories import Category, Facet

# 7 --------------------------------------------------------------------------------------------------------------------

_INVENTED = ["compute_{}", "{}_with_mask", "stable_{}_nd", "batched_{}", "{}_elementwise", "fast_{}_op"]


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_function(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and is_module_attribute(f.value) and f.attr[0].islower():
            name = s.random.choice(_INVENTED).format(f.attr)
            yield s.rename(f, name), f.end_lineno or f.lineno


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_class(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and is_module_attribute(f.value) and f.attr[0].isupper():
            yield (
                s.swap(f, f"{s.of(f.value)}.{s.random.choice(['Adaptive', 'Fused', 'Residual'])}{f.attr}Block"),
                f.lineno,
            )


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_method(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        own = isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.value.id in ("self", "cls", "super")
        if isinstance(f, ast.Attribute) and not is_module_attribute(f.value) and not own and "super" not in s.of(f):
            name = s.random.choice(["reduce_over_rows", "to_canonical", "masked_{}_all", "{}_along_batch"]).format(
                f.attr
            )
            yield s.rename(f, name), f.end_lineno or f.lineno


@form(Category.HALLUCINATED, Facet.API_VERSION)
def invented_helper(s: Source) -> Found:
    for node in s.walk(ast.Return):
        if node.value is not None:
            name = s.random.choice(["finalize_output", "validate_and_cast", "postprocess_result"])
            yield s.swap(node.value, f"{name}({s.of(node.value)})"), node.lineno


# 8 --------------------------------------------------------------------------------------------------------------------

_WRONG = {"shape": ["dims", "shapes", "dimensions"], "ndim": ["rank", "n_dims"], "dtype": ["data_type", "dtypes"],
          "device": ["devices", "dev"], "T": ["transposed"], "weight": ["weights"], "data": ["values_"],
          "grad": ["gradient"], "columns": ["cols"], "index": ["idx"]}  # fmt: skip


@form(Category.ATTRIBUTE, Facet.API_VERSION)
def renamed_attribute(s: Source) -> Found:
    above = s.parents()
    for node in s.walk(ast.Attribute):
        called = isinstance(above[node], ast.Call) and above[node].func is node
        if not called and node.attr in _WRONG and isinstance(node.ctx, ast.Load):
            yield s.rename(node, s.random.choice(_WRONG[node.attr])), node.end_lineno


@form(Category.ATTRIBUTE, Facet.API_VERSION)
def attribute_of_module(s: Source) -> Found:
    above = s.parents()
    for node in s.walk(ast.Attribute):
        called = isinstance(above[node], ast.Call | ast.Attribute) and not isinstance(above[node], ast.keyword)
        called = called and not (isinstance(above[node], ast.Call) and node in above[node].args)
        if not called and is_module_attribute(node.value):
            new = {"pi": "PI", "inf": "infinity", "nan": "not_a_number"}.get(node.attr, node.attr + "_t")
            yield s.rename(node, new), node.end_lineno


@form(Category.ATTRIBUTE)
def own_attribute(s: Source) -> Found:
    methods = {f.name for f in s.functions()}
    for node in s.walk(ast.Attribute):
        if s.of(node.value) == "self" and isinstance(node.ctx, ast.Load) and node.attr not in methods:
            yield (
                s.swap(node, f"self.{s.random.choice(['{}_value', '{}s', '_{}_', 'my_{}']).format(node.attr)}"),
                node.lineno,
            )


@form(Category.ATTRIBUTE)
def another_own_attribute(s: Source) -> Found:
    methods = {f.name for f in s.functions()}
    above = s.parents()
    nodes = [n for n in s.walk(ast.Attribute) if s.of(n.value) == "self" and n.attr not in methods]
    for node in nodes:
        others = sorted({n.attr for n in nodes} - {node.attr})
        called = isinstance(above[node], ast.Call) and above[node].func is node
        if others and isinstance(node.ctx, ast.Load) and not called:
            yield s.swap(node, f"self.{s.random.choice(others)}"), node.lineno


@form(Category.ATTRIBUTE, Facet.API_VERSION)
def slip_in_method(s: Source) -> Found:
    for node in s.walk(ast.Call):
        f = node.func
        if (
            isinstance(f, ast.Attribute)
            and not is_module_attribute(f.value)
            and len(f.attr) > 4
            and s.of(f.value) != "self"
        ) and "super" not in s.of(f):
            at = s.random.randrange(1, len(f.attr) - 1)
            yield s.rename(f, f.attr[:at] + f.attr[at + 1 :]), f.end_lineno or f.lineno


# 11 -------------------------------------------------------------------------------------------------------------------


def _locals(s: Source) -> dict[ast.FunctionDef, set[str]]:
    found = {}
    for function in s.functions():
        names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        found[function] = names | {a.arg for a in [*function.args.args, *function.args.kwonlyargs]} - {"self", "cls"}
    return found


@form(Category.REFERENCE, Facet.GENERAL)
def misspelt_local(s: Source) -> Found:
    known = set().union(*_locals(s).values())
    for node in s.walk(ast.Name):
        name = node.id
        if isinstance(node.ctx, ast.Load) and name in known and len(name) > 2:
            at = s.random.randrange(1, len(name))
            new = s.random.choice([name[:at] + name[at + 1 :], name + "s", name[:at] + name[at] + name[at:]])
            if new.isidentifier() and new not in known:
                yield s.swap(node, new), node.lineno


@form(Category.REFERENCE)
def another_local(s: Source) -> Found:
    for function, names in _locals(s).items():
        nodes = [
            n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id in names
        ]
        s.random.shuffle(nodes)
        for node in nodes[:6]:
            others = sorted(names - {node.id})
            if others:
                yield s.swap(node, s.random.choice(others)), node.lineno


@form(Category.REFERENCE, Facet.GENERAL)
def used_before_set(s: Source) -> Found:
    for block in s.blocks():
        for one, other in itertools.pairwise(block):
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                name = one.targets[0].id
                if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(other)) and name not in {
                    n.id for n in ast.walk(one.value) if isinstance(n, ast.Name)
                }:
                    lines = s.text.splitlines(keepends=True)
                    a, b = slice(one.lineno - 1, one.end_lineno), slice(other.lineno - 1, other.end_lineno)
                    code = [*lines[: a.start], *lines[b], *lines[a.stop : b.start], *lines[a], *lines[b.stop :]]
                    yield "".join(code), one.lineno


@form(Category.REFERENCE, Facet.GENERAL)
def wrong_own_method(s: Source) -> Found:
    methods = {
        f.name
        for c in ast.walk(s.tree)
        if isinstance(c, ast.ClassDef)
        for f in c.body
        if isinstance(f, ast.FunctionDef)
    }
    for node in s.walk(ast.Call):
        f = node.func
        if isinstance(f, ast.Attribute) and s.of(f.value) == "self" and f.attr in methods:
            yield s.swap(f, f"self.{s.random.choice(['do{}', '{}_impl', '{}s']).format(f.attr)}"), f.lineno
