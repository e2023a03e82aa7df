"""A few records in the published forms of other benchmarks, written for these tests: nothing of theirs is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def ds1000(number: int, library: str, context: str, reference: str, prompt: str = "", **about: Any) -> dict[str, Any]:
    metadata = {
        "problem_id": number,
        "library_problem_id": number,
        "library": library,
        "test_case_cnt": 1,
        "perturbation_type": "Origin",
        "perturbation_origin_id": number,
    }
    prompt = prompt or f"Problem:\nSay what number {number} asks.\nA:\n<code>\nx = 1\n</code>\nBEGIN SOLUTION\n<code>\n"
    return {"prompt": prompt, "reference_code": reference, "code_context": context, "metadata": metadata | about}


# Two random cases, the input deep enough to travel; a check of the answer's text beside it.
DOUBLED = '''\
import numpy as np


def generate_test_case(test_case_id):
    rng = np.random.RandomState(test_case_id)
    values = rng.randint(0, 9, size=(2, 3))
    return values, values * 2


def exec_test(result, ans):
    try:
        np.testing.assert_array_equal(result, ans)
        return 1
    except AssertionError:
        return 0


exec_context = r"""
import numpy as np
values = test_input
[insert]
"""


def test_execution(solution: str):
    code = exec_context.replace("[insert]", solution)
    for i in range(2):
        test_input, expected_result = generate_test_case(i + 1)
        test_env = {"test_input": test_input}
        exec(code, test_env)
        assert exec_test(test_env["result"], expected_result)


def test_string(solution: str):
    assert "for" not in solution.split()
'''

# The body of a function: the answer is indented, and is no module by itself.
INDENTED = DOUBLED.replace(
    'values = test_input\n[insert]\n"""', 'def f(values):\n[insert]\nresult = f(test_input)\n"""'
).replace('\n\ndef test_string(solution: str):\n    assert "for" not in solution.split()\n', "")

# A picture and the open figure are compared: only one process can do that.
DRAWN = '''\
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image


def generate_test_case(test_case_id):
    plt.plot([1, 2, 3])
    plt.savefig("ans.png")
    plt.close()
    return None, None


def exec_test(result, ans):
    same = np.array_equal(np.array(Image.open("output.png")), np.array(Image.open("ans.png")))
    if not same:
        assert len(plt.gca().lines) == 1
    return 1


exec_context = r"""
import matplotlib.pyplot as plt
[insert]
plt.savefig('output.png')
result = None
"""


def test_execution(solution: str):
    code = exec_context.replace("[insert]", solution)
    for i in range(1):
        test_input, expected_result = generate_test_case(i + 1)
        test_env = {"test_input": test_input}
        exec(code, test_env)
        assert exec_test(test_env["result"], expected_result)
'''

FETCHED = DOUBLED.replace("values = test_input\n", "import seaborn as sns\nvalues = sns.load_dataset('penguins')\n")


def small_ds1000() -> list[dict[str, Any]]:
    comment = "import matplotlib.pyplot as plt\n\n# draw three points as a line\n# SOLUTION START\n"
    varied = {"perturbation_type": "Difficult-Rewrite", "perturbation_origin_id": 0}
    return [
        ds1000(0, "Numpy", DOUBLED, "result = values * 2"),
        ds1000(1, "Pandas", INDENTED, "    return values * 2\n", **varied),
        ds1000(2, "Matplotlib", DRAWN, "plt.plot([1, 2, 3])", prompt=comment),
        ds1000(3, "Matplotlib", FETCHED, "result = values"),
    ]


HUMAN_EVAL: list[dict[str, Any]] = [
    {
        "task_id": "HumanEval/0",
        "prompt": 'from typing import List\n\n\ndef largest(xs: List[int]) -> int:\n    """Return the largest.\n'
        '    >>> largest([1, 3])\n    3\n    """\n',
        "canonical_solution": "    return max(xs)\n",
        "test": "\n\nMETADATA = {}\n\n\ndef check(candidate):\n    assert candidate([1, 3, 2]) == 3\n"
        "    assert candidate([-1]) == -1\n",
        "entry_point": "largest",
    }
]

BIG_CODE_BENCH: list[dict[str, Any]] = [
    {
        "task_id": "BigCodeBench/7",
        "complete_prompt": 'import math\n\ndef task_func(x):\n    """\n    Round a number up.\n    """\n',
        "instruct_prompt": "Round a number up. Start with: import math …",
        "canonical_solution": "    return math.ceil(x)\n",
        "code_prompt": "import math\n\ndef task_func(x):\n",
        "test": "import unittest\n\n\nclass TestCases(unittest.TestCase):\n    def test_half(self):\n"
        "        self.assertEqual(task_func(0.5), math.ceil(0.5))\n\n    def test_whole(self):\n"
        "        self.assertEqual(task_func(2), 2)\n",
        "entry_point": "task_func",
        "doc_struct": "{}",
        "libs": "['math']",
    }
]
