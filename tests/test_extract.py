"""Responses as models write them, and the code that must come out."""

# ruff: noqa: E501  # a response stands on one line, as it is
from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepbench_core.extract import extract

PROMPT = 'import torch\n\n\ndef add(x: int, y: int = 2) -> int:\n    """Add.\n\n    Both.\n    """\n'
CODE = "def add(x, y=2):\n    return x + y"
HELPED = "import math\n\nSCALE = 3\n\n\ndef helper(x):\n    return math.sqrt(x) * SCALE\n\n\ndef add(x, y=2):\n    return helper(x) + y"


def run(code: str | None) -> object:
    """What `add` gives for 4, after the code was run as a judge would."""
    assert code is not None
    names: dict[str, object] = {"__name__": "solution"}
    exec(compile(code, "solution", "exec"), names)
    return names["add"](4)  # type: ignore[operator]


FENCED = {
    "labelled Python3": f"Here it is:\n\n```Python3\n{CODE}\n```\nThat is all.",
    "labelled py": f"```py\n{CODE}\n```",
    "unlabelled": f"```\n{CODE}\n```",
    "CRLF": f"Sure.\n```python\n{CODE}\n```\n".replace("\n", "\r\n"),
    "no closing fence": f"```python\n{CODE}\n",
    "no closing fence, then prose": f"```python\n{CODE}\n\nThis function adds. It's simple.\n",
    "tildes": f"~~~python\n{CODE}\n~~~",
    "more backticks": f"`````python\n{CODE}\n`````",
    "attributes": f'```python title="solution.py" {{1,2}}\n{CODE}\n```',
    "Pandoc attributes": f"```{{.python .numberLines}}\n{CODE}\n```",
    "indented fence in a list": "1. First:\n\n   ```python\n   def add(x, y=2):\n       return x + y\n   ```\n\n2. Then.",
    "list item": "- ```python\n  def add(x, y=2):\n      return x + y\n  ```",
    "quoted": "> ```python\n> def add(x, y=2):\n>     return x + y\n> ```",
    "indented content": "```python\n    def add(x, y=2):\n        return x + y\n```",
    "in a Markdown block": f"````markdown\n# Answer\n```python\n{CODE}\n```\n````",
    "in a Markdown block of the same fence": f"```markdown\n# Answer\n```python\n{CODE}\n```\n```",
    "glued closing fence": f"Code:\n```python\n{CODE}```",
    "code on the fence's line": "```python def add(x, y=2):\n    return x + y\n```",
    "shell block first": f"```bash\npip install torch\n```\n\n```python\n{CODE}\n```",
    "notebook magic": f"```python\n!pip install torch\n%matplotlib inline\n{CODE}\n```",
    "doctest prompts": "```python\n>>> def add(x, y=2):\n...     return x + y\n...\n>>> add(1)\n3\n```",
    "no-break spaces": "```python\ndef add(x, y=2):\n\u00a0\u00a0\u00a0\u00a0return x + y\n```",
    "byte order mark": f"```python\n\ufeff{CODE}\n```",
    "usage at the end": f"```python\n{CODE}\n\n\nif __name__ == '__main__':\n    print(add(1))\n```",
    "lambda": "```python\nadd = lambda x, y=2: x + y\n```",
    "under a condition": "```python\ntry:\n    import numpy\nexcept ImportError:\n    numpy = None\nif True:\n    def add(x, y=2):\n        return x + y\n```",
    "fence in the docstring": f'```python\n{CODE[:17]}\n    """Add.\n\n    ```python\n    add(1)\n    ```\n    """\n    return x + y\n```',
    "bare fence in the docstring": f'```python\n{CODE[:17]}\n    """Add.\n\n    ```\n    add(1)\n    ```\n    """\n    return x + y\n```\nDone.',
    "example longer than the answer": f"```python\n{CODE}\n```\nUse it:\n```python\nfrom solution import add\nprint(add(1))\nprint(add(2))\nassert add(1) == 3\n```",
    "signature quoted first": f"Given\n```python\n{PROMPT}```\nthe answer is\n```python\n{CODE}\n```",
    "signature quoted last": f"```python\n{CODE}\n```\nwhich fills in\n```python\ndef add(x, y=2):\n    ...\n```",
    "corrected": "```python\ndef add(x, y=2):\n    return x\n```\nThat forgets y. Correct is:\n```python\ndef add(x, y=2):\n    return x + y\n```",
    "unclosed draft, then the answer": f"```python\ndef add(x, y=2):\n    return (x\n\nWait.\n\n```python\n{CODE}\n```",
    "thoughts": f"<think>\nMaybe\n```python\ndef add(x, y=2): return 0\n```\n</think>\n\n```python\n{CODE}\n```",
    "thoughts opened by the template": f"Maybe\n```python\ndef add(x, y=2): return 0\n```\n</think>\n```python\n{CODE}\n```",
    "twice thought": f"<think>a</think>\n<think>\nb\n</think>\n```python\n{CODE}\n```",
    "thinking tag in the code": f"```python\nTAG = '</think> x'\n{CODE}\n```",
}  # fmt: skip

UNFENCED = {
    "raw": CODE,
    "raw CRLF": CODE.replace("\n", "\r\n"),
    "raw after a thought": f"<think>hm</think>{CODE}",
    "raw between blank lines": f"\n  \n{CODE}\n\n",
    "between sentences": f"Sure! Here is the function:\n\nimport math\n\n{CODE}\n\nThis adds x and y.\nExample: z = add(1)\nfrom now on, use it!\n",
    "indented as Markdown does": "Here:\n\n    def add(x, y=2):\n        return x + y\n\nDone.",
    "inline code beside it": f"Use `add` like ```add(1)```:\n\n{CODE}\n",
    "output in a fence beside it": f"{CODE}\n\nIt prints\n\n```\n3\n```\n",
}

CONTINUED = {
    "body": "    if not y:\n        return x\n    return x + y\n",
    "body without the first indent": "if not y:\n        return x\n    return x + y\n",
    "body without any indent": "if not y:\n    return x\nreturn x + y\n",
    "body in a fence": "```python\n    return x + y\n```",
    "body, then more": "    return x + y\n\n\nprint(add(1))\n\n\ndef other(x):\n    return (x",
}


@pytest.mark.parametrize("shape", FENCED)
def test_code_in_fences_is_found(shape: str) -> None:
    found = extract(FENCED[shape], ["add"], prompt=PROMPT)
    assert run(found.code) == 6
    assert not found.how.startswith("continued")
    assert found.blocks >= 1


@pytest.mark.parametrize("shape", UNFENCED)
def test_code_without_fences_is_found(shape: str) -> None:
    assert run(extract(UNFENCED[shape], ["add"], prompt=PROMPT).code) == 6


@pytest.mark.parametrize("shape", CONTINUED)
def test_a_continuation_of_the_prompt_is_put_below_it(shape: str) -> None:
    found = extract(CONTINUED[shape], ["add"], prompt=PROMPT)
    assert found.how.startswith("continued")
    assert run((found.code or "").replace("import torch\n", "")) == 6


def test_a_continuation_needs_the_prompt() -> None:
    assert extract("    return x + y\n", ["add"]).code is None


def test_helpers_constants_and_imports_come_along() -> None:
    assert run(extract(f"Of course:\n```python\n{HELPED}\n```", ["add"]).code) == 8
    assert run(extract(f"Of course:\n\n{HELPED}\n\nGood luck!", ["add"]).code) == 8


def test_blocks_join_when_one_relies_on_the_other() -> None:
    head, tail = HELPED.split("\n\n\ndef add")
    found = extract(f"First:\n```python\n{head}\n```\nThen:\n```python\ndef add{tail}\n```\n", ["add"])
    assert found.how == "joined"
    assert run(found.code) == 8
    found = extract(
        f"```python\ndef add{tail}\n```\nwith\n```python\n{head}\n```\nTry:\n```python\nx = 1\n```", ["add"]
    )
    assert run(found.code) == 8
    assert "x = 1" not in (found.code or "")


def test_blocks_that_do_not_rely_on_each_other_stay_apart() -> None:
    found = extract(f"```python\n{CODE}\n```\n```python\nimport sys\nsys.exit(add(1))\n```", ["add"])
    assert found.code == CODE


def test_entry_points_spread_over_blocks_come_together() -> None:
    found = extract("```python\ndef a(x):\n    return b(x)\n```\n```python\nfrom __future__ import annotations\ndef b(x):\n    return x\n```", ["a", "b"])  # fmt: skip
    assert (found.code or "").startswith("from __future__")
    assert {n.name for n in ast.parse(found.code or "").body if isinstance(n, ast.FunctionDef)} == {"a", "b"}


@pytest.mark.parametrize(
    "code",
    [
        "class Solution:\n    def add(self, x, y=2):\n        return x + y",
        "class Solution:\n    def __init__(self, scale=1):\n        self.scale = scale\n    def add(self, x, y=2):\n        return x + y",
        "class Solution:\n    @staticmethod\n    def add(x, y=2):\n        return x + y",
        "class Solution:\n    def add(x, y=2):\n        return x + y",
    ],
)
def test_a_class_where_a_function_was_asked(code: str) -> None:
    found = extract(f"```python\n{code}\n```", ["add"])
    assert found.how.startswith("method")
    assert (found.code or "").startswith(code)
    assert run(found.code) == 6


def test_methods_of_one_class_share_their_object() -> None:
    code = "class Both:\n    def put(self, x):\n        self.x = x\n    def add(self, x):\n        self.put(x)\n        return self.x + 2"
    found = extract(f"```python\n{code}\n```", ["put", "add"])
    assert (found.code or "").count("Both()") == 1
    assert run(found.code) == 6


def test_a_class_that_needs_arguments_is_left_alone() -> None:
    code = (
        "class Adder:\n    def __init__(self, y):\n        self.y = y\n    def add(self, x):\n        return x + self.y"
    )
    assert extract(f"```python\n{code}\n```", ["add"]).code == code


def test_a_function_cut_off_by_the_token_limit_is_dropped() -> None:
    found = extract(f'```python\n{CODE}\n\n\ndef main():\n    """Show', ["add"])
    assert found.how == "fenced+unclosed"
    assert found.code == CODE
    assert extract(f"{CODE}\n\n\ndef main(", ["add"]).code == CODE


def test_an_entry_point_cut_off_is_no_code() -> None:
    assert extract("```python\nimport torch\n\n\ndef add(x, y=2):\n    if (x", ["add"]).code is None


def test_a_closed_block_is_not_repaired() -> None:
    assert extract(f"```python\n{CODE}\n\n\ndef broken(:\n    pass\n```", ["add"]).code is None


@pytest.mark.parametrize(
    "response",
    ["", "   \n", "Sorry", "I can't help with that.", "Note: it depends", "```\n```", "```text\nfoo bar\n```",
     "<think>\n```python\ndef add(x, y=2):\n    return 1\n```\n", "def add(x):\n    return '\0'", "\ud800", "```python\n'\ud800'\n```"],
)  # fmt: skip
def test_no_code(response: str) -> None:
    found = extract(response, ["add"], prompt=PROMPT)
    assert found.code is None
    assert (found.how, found.offset) == ("none", -1)


def test_code_that_defines_something_else_is_kept_for_the_judge() -> None:
    assert extract("```python\ndef sum_up(x):\n    return x\n```", ["add"]).code == "def sum_up(x):\n    return x"


def test_statements_without_any_definition_are_kept_for_the_judge() -> None:
    assert extract("total = x + y\nprint(total)", ["add"]).code == "total = x + y\nprint(total)"


@pytest.mark.parametrize(
    "response", ["plt.plot(x)\nplt.show()", "Use:\n```\n[1]\n```\n```python\nplt.plot(x)\nplt.show()\n```"]
)
def test_without_entry_points_the_longest_code_is_taken(response: str) -> None:
    assert extract(response, []).code == "plt.plot(x)\nplt.show()"
    assert extract("Sorry", []).code is None


def test_offset_points_at_the_code() -> None:
    response = f"Well:\r\n```py\r\n{CODE}\r\n```"
    assert response[extract(response, ["add"]).offset :].startswith("def add")
    response = f"<think>x</think>\n{CODE}"
    assert response[extract(response, ["add"]).offset :].startswith("def add")


FLOODS = {
    "one line": "x" * 50_000_000,
    "assignments": "x = 1\n" * 8_000_000,
    "bare fences": "```\n" * 2_000_000,
    "broken blocks": "```python\na b\n```\n" * 500_000,
    "opening fences": "```python\n" * 1_000_000,
    "opening thoughts": "<think>\n" * 1_000_000,
    "closing thoughts": "</think>\n" * 500_000,
    "quotation": "> " * 1_000_000 + "```python",
    "triple quotes": "'''\n\"\"\"\n" * 500_000,
    "names": "a," * 100_000 + "=",
    "attributes": "a" + ".b" * 60_000,
    "parentheses": "(" * 1_000_000,
    "minus": "-" * 100_000 + "1",
    "lambdas": "lambda: " * 20_000 + "1",
    "format strings": "f'{" * 60,
    "unclosed code": "```python\n" + "def f(x):\n    return [\n" * 100_000,
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_ends_quickly(kind: str) -> None:
    start = time.process_time()
    extract(FLOODS[kind], ["add"], prompt=PROMPT)
    assert time.process_time() - start < 6


def test_an_answer_before_a_flood_is_found() -> None:
    assert extract(f"```python\n{CODE}\n```\n" + "and so on " * 5_000_000, ["add"]).code == CODE


SNIPPETS = st.sampled_from(
    ["```", "```python\n", "~~~", "\n", "\r\n", "    ", "<think>", "</think>", ">>> ", "... ", "def add(x):", "return x",
     "class A:", "self", '"""', "'", "(", ")", "import os", "x = 1", "> ", "- ", "\ud800", "\0", "\t", "@", "é", "#", "Sure: "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(SNIPPETS, max_size=40).map("".join)))
def test_never_raises_and_what_it_finds_parses(response: str) -> None:
    found = extract(response, ["add"], prompt=PROMPT)
    if found.code is not None:
        ast.parse(found.code)
        found.code.encode()
        assert 0 <= found.offset <= len(response)


@settings(max_examples=60, deadline=None)
@given(
    body=st.lists(st.sampled_from(["x += 1", "y = [x]", "if x:\n        x = 2", "# note", "x = f'{x}'", 's = "`"']), min_size=1, max_size=8),
    language=st.sampled_from(["python", "Python3", "py", ""]),
    fence=st.sampled_from(["```", "````", "~~~"]),
    before=st.text(st.characters(exclude_characters="`~<\r", exclude_categories=["Cs"]), max_size=60),
    after=st.text(st.characters(exclude_characters="`~<\r", exclude_categories=["Cs"]), max_size=60),
)  # fmt: skip
def test_fenced_code_round_trips(body: list[str], language: str, fence: str, before: str, after: str) -> None:
    code = "def add(x):\n    " + "\n    ".join(body) + "\n    return x"
    assert extract(f"{before}\n{fence}{language}\n{code}\n{fence}\n{after}", ["add"]).code == code
