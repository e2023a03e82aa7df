"""Code in the place of a function of an installed package, without touching the installation.

The package is imported already, and many places hold the function: other modules, tables of scorers, decorators. So the
function object stays where it is and gets a new body, which forwards every call to the code. The code itself runs in a
copy of the module's namespace, so that it may use what the original uses, and nothing of it is seen by the rest.

Where the package calls the function while it is imported (`fresh`), its Python modules are imported once more, with the
new body in place from the function's definition on.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HOOK = "__deepbench_overlay__"  # in the module's namespace: qualified name → what the new body calls
PLACE = "__deepbench_place__"  # the decorator that gives a function its new body where it is defined


class Target:
    """A function or method `package.module:Class.name`, found in the installed package."""

    def __init__(self, address: str) -> None:
        """Raises ImportError, AttributeError and LookupError for what is not there or is no Python function."""
        place, _, self.qualname = address.partition(":")
        self.module = importlib.import_module(place)
        *owners, self.name = self.qualname.split(".")
        self.owner: Any = self.module
        for name in owners:
            self.owner = getattr(self.owner, name)
        self.raw = vars(self.owner).get(self.name)
        self.wrappers: list[types.CodeType] = []
        self.function = self._innermost(self.raw)

    @property
    def of_class(self) -> bool:
        return self.owner is not self.module

    def source(self) -> str:
        """The original's text, decorators included."""
        return textwrap.dedent(inspect.getsource(self.function))

    def is_original(self, value: Any) -> bool:
        """Whether a value is the target itself, decorated or not, bound or not."""
        value = getattr(value, "__func__", value)
        return value is not None and (value is self.raw or value is self.function)

    def _innermost(self, raw: Any) -> types.FunctionType:
        """The function behind descriptors and decorators; the code objects of those are noted on the way."""
        if isinstance(raw, property):
            raw = raw.fget
        raw = getattr(raw, "__func__", raw)
        while hasattr(raw, "__wrapped__"):
            if isinstance(raw, types.FunctionType):
                self.wrappers.append(raw.__code__)
            raw = raw.__wrapped__
        if not isinstance(raw, types.FunctionType):
            raise LookupError(f"{self.module.__name__}:{self.qualname} is no Python function")
        return raw


class Overlay:
    """The code of a file, over a target.

    `tampered` says how it was caught using what it replaces; `candidate` is None for code that does not define it.
    """

    def __init__(self, address: str, path: Path, *, fresh: bool = False) -> None:
        """Put the code in place. Raises whatever it raises, and what `Target` raises for a wrong address."""
        self.tampered: str | None = None
        self.namespace: dict[str, Any] = {}
        self.candidate: Callable[..., Any] | None = None
        self.qualname = address.partition(":")[2]
        self.path = path
        self.tree: ast.Module | None = None
        self.target = target = Target(address)
        text = path.read_bytes()
        if _same_code(text.decode("utf-8", "replace"), target.source()):
            self.candidate = target.function
            return  # the original: nothing to replace
        self.tree = ast.parse(text, str(path))
        if fresh:
            _import_again(address, self._place)
            self.target = Target(address)  # of the package as it is now
        else:
            self._place(target.function)
        self._load(vars(self.target.module))
        self._look_for_the_original()

    def _load(self, namespace: dict[str, Any]) -> None:
        """Run the code in a copy of the namespace; one that grew since lends what came later."""
        if self.namespace:
            for name, value in namespace.items():
                self.namespace.setdefault(name, value)
            return
        assert self.tree is not None
        tree, name = self.tree, self.qualname.rpartition(".")[2]
        if "." in self.qualname:
            tree = _in_class(tree, name)
        self.namespace.update(namespace, __file__=str(self.path))
        exec(compile(tree, str(self.path), "exec", dont_inherit=True), self.namespace)
        self.candidate = self._find(tree, name)

    def _find(self, tree: ast.Module, name: str) -> Callable[..., Any] | None:
        """What the code offers for the target: a function of its name, or a method of a class that the code defines."""
        method = "." in self.qualname
        if not method:
            found = self.namespace.get(name)
            if callable(found) and not self.target.is_original(found):
                return found
        classes = [n.name for n in tree.body if isinstance(n, ast.ClassDef)]
        own = self.qualname.split(".")[-2] if method else ""
        for title in sorted(classes, key=lambda c: c != own):  # the class of the same name first
            cls = self.namespace.get(title)
            raw = vars(cls).get(name) if isinstance(cls, type) else None
            if raw is None:
                continue
            if isinstance(raw, property):
                raw = raw.fget
            function = getattr(raw, "__func__", raw)
            if method:
                return _moved(function, self.target.owner)
            return function if isinstance(raw, staticmethod) else getattr(cls(), name)
        return None

    def _place(self, function: types.FunctionType) -> types.FunctionType:
        """Give the function a body that forwards to the code; everything that holds it now holds that."""
        signature = inspect.signature(function)
        function.__globals__.setdefault(HOOK, {})[self.qualname] = self._forward
        made: dict[str, Any] = {}
        exec(f"def forward(*args, **kwargs):\n    return {HOOK}[{self.qualname!r}](args, kwargs)\n", made)
        # A method that says super() has a cell for its class; the new body must have room for it.
        function.__code__ = made["forward"].__code__.replace(
            co_freevars=function.__code__.co_freevars, co_name=function.__name__, co_qualname=function.__qualname__
        )
        function.__signature__ = signature  # type: ignore[attr-defined]
        function.__defaults__, function.__kwdefaults__ = None, None  # the code has its own
        return function

    def _forward(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        frame = sys._getframe(2)  # behind this one and the new body
        if not self.namespace:
            self._load(sys._getframe(1).f_globals)  # the package calls it while it is imported
        while frame.f_back is not None and frame.f_code in self.target.wrappers:
            frame = frame.f_back
        if frame.f_globals is self.namespace:
            self._caught(f"the code calls {self.qualname}, which it is to replace")
        if self.candidate is None:
            raise NameError(f"the code does not define {self.qualname}")
        return self.candidate(*args, **kwargs)

    def _look_for_the_original(self) -> None:
        package, name = self.target.module.__name__.partition(".")[0], self.target.name
        assert self.tree is not None
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.ImportFrom) or not any(a.name == name for a in node.names):
                continue
            place = "." * node.level + (node.module or "")
            try:
                module = importlib.import_module(place, self.target.module.__package__)
            except Exception:
                continue  # said by the code itself when it runs
            if module.__name__.partition(".")[0] == package and self.target.is_original(getattr(module, name, None)):
                self._caught(f"the code imports {self.qualname}, which it is to replace (line {node.lineno})")

    def _caught(self, how: str) -> None:
        if self.tampered is None:
            self.tampered = how


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module, and has its loader put a decorator on one function."""

    def __init__(self, address: str, place: Callable[[Any], Any]) -> None:
        self.module, _, self.qualname = address.partition(":")
        self.place = place

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            loader = spec.loader
            tree = _decorated(ast.parse(loader.get_data(loader.path)), self.qualname)

            def exec_module(module: types.ModuleType) -> None:
                vars(module)[PLACE] = self.place
                exec(compile(tree, loader.path, "exec", dont_inherit=True), vars(module))

            loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _import_again(address: str, place: Callable[[Any], Any]) -> None:
    """Import a package's Python modules once more; compiled ones can't be loaded twice and stay."""
    package = address.partition(".")[0]
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == package and str(getattr(module, "__file__", "")).endswith(".py"):
            del sys.modules[name]
    finder = _Finder(address, place)
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module(finder.module)
    finally:
        sys.meta_path.remove(finder)


def _decorated(tree: ast.Module, qualname: str) -> ast.Module:
    """The module with PLACE as the innermost decorator of a function."""
    body: list[ast.stmt] = tree.body
    *owners, name = qualname.split(".")
    for owner in owners:
        body = next(n.body for n in body if isinstance(n, ast.ClassDef) and n.name == owner)
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            node.decorator_list.append(ast.copy_location(ast.Name(PLACE, ast.Load()), node))
    return tree


def _same_code(one: str, other: str) -> bool:
    """Whether two texts are the same program, whatever their spacing and comments."""
    try:
        return ast.dump(ast.parse(textwrap.dedent(one))) == ast.dump(ast.parse(textwrap.dedent(other)))
    except (SyntaxError, ValueError):
        return False


def _in_class(tree: ast.Module, name: str) -> ast.Module:
    """A method given as a plain function, put into a class, so that `super()` and private names work."""
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            holder = ast.ClassDef(name=f"_{name}_", bases=[], keywords=[], body=[node], decorator_list=[])
            body.append(ast.copy_location(holder, node))
        else:
            body.append(node)
    return ast.fix_missing_locations(ast.Module(body=body, type_ignores=tree.type_ignores))


def _moved(function: Any, owner: type) -> Any:
    """A method whose `super()` starts at another class."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        if name == "__class__":
            cell.cell_contents = owner
    return function
