"""The ordered decision procedure: yes-or-no questions about evidence that end in exactly one primary category.

The same questions serve a person, a judge model and the rules; `docs/taxonomy.md` is written from them, and the
worked examples in `worked_examples.py` are walked through them by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deepbench_core.categories import Category

Goal = str | Category  # the key of the next question, or where it ends


@dataclass(frozen=True)
class Question:
    """One question, what to look at to answer it, and where each answer leads."""

    key: str
    text: str
    look_at: str
    yes: Goal
    no: Goal


QUESTIONS: tuple[Question, ...] = (
    Question(
        "other-fault",
        "Is something other than the code at fault?",
        "The raw response against the extracted code; the verdicts `harness` and `provider`; a test that contradicts "
        "the prompt.",
        Category.HARNESS,
        "any-code",
    ),
    Question(
        "any-code",
        "Is there any code that is meant to be the answer?",
        "The response: prose, an empty text and a repeated prompt are no code.",
        "parses",
        Category.DEVIATES,
    ),
    Question("parses", "Does Python parse it?", "The message of the parser.", "import", Category.SYNTAX),
    Question(
        "import",
        "Does an import fail, is a library's name used that nothing imports, or does an import bring another thing "
        "than the code takes it for?",
        "ImportError; NameError for `np`, `F`, `math`, `Tensor`; the import lines against the names in use.",
        Category.IMPORT,
        "lookup",
    ),
    Question(
        "lookup",
        "Does the look-up of a name or an attribute fail?",
        "NameError, UnboundLocalError, AttributeError from a line of the code.",
        "other-value",
        "needless",
    ),
    Question(
        "other-value",
        "Is it an attribute that the value would have, were it of the type that the code takes it for?",
        "`'list' object has no attribute 'shape'`: a list where a tensor was meant.",
        Category.ARGUMENT_TYPE,
        "own-name",
    ),
    Question(
        "own-name",
        "Is it meant to be something of the code's own: a variable, a parameter, a method of its class?",
        "A slip of such a name, one that is set later or elsewhere, a name that is only read and bound nowhere.",
        Category.REFERENCE,
        "slip",
    ),
    Question(
        "slip",
        "Is it an attribute that is read rather than called, or a slip of one that the library or the value has?",
        "Two letters apart, a plural, an underscore, upper and lower case; an own data attribute that is never set.",
        Category.ATTRIBUTE,
        Category.HALLUCINATED,
    ),
    Question(
        "needless",
        "Would it pass without one condition that is always or never true, one repeated step, or one conversion of "
        "its own that nothing asks for?",
        "`a and not a`, `x = x.int()`, `return int(loss)`. A conversion inside the arguments of a call is no step of "
        "its own: go on.",
        Category.SILLY,
        "refused",
    ),
    Question(
        "refused",
        "Does a call, an operator or an index refuse a value for its type, dtype or form, or an argument that it does "
        "not take?",
        "TypeError; `expected scalar type Float but found Long`; `unexpected keyword argument` from a library; several "
        "elements where one truth value is taken. Shapes that do not fit each other are no refusal: go on. Where the "
        "test's own call is refused, the signature is another one: go on.",
        Category.ARGUMENT_TYPE,
        "limit",
    ),
    Question(
        "limit",
        "Was a limit of time, memory or recursion reached by code that would be right without it?",
        "The verdicts `timeout` and `out-of-memory`; a loop whose end never comes is not right: go on.",
        Category.PERFORMANCE,
        "one-change",
    ),
    Question(
        "one-change",
        "Would a small change make it pass: one name, literal, operator, call, step or guard, or a few of them?",
        "The difference to the reference; what happens when one difference is put back. More than three places are "
        "no small change.",
        "example",
        "open-prompt",
    ),
    Question(
        "example",
        "Does a value that the prompt mentions stand where the input must be used?",
        "A literal instead of a parameter, a size or a default; an answer by heart.",
        Category.EXAMPLE,
        "guard",
    ),
    Question(
        "guard",
        "Is what is missing a guard or a case: for empty, single, zero, tied, extreme or invalid input?",
        "A dropped `if … return`, `raise`, `clamp_min`, `max(n, 1)`, `+ eps`; only tests of such input fail.",
        Category.CORNER_CASE,
        "extra",
    ),
    Question(
        "extra",
        "Would it pass without a step, a result or a check that nobody asked for?",
        "A further return value, clamping, sorting, normalising, printing, refusing good input.",
        Category.UNREQUESTED,
        "variable",
    ),
    Question(
        "variable",
        "Is another variable, parameter or own method used than the one that belongs there?",
        "`targets` for `logits`; `self._keys()` for `self._values()`.",
        Category.REFERENCE,
        "attribute",
    ),
    Question(
        "attribute",
        "Is another attribute read than the one that belongs there?",
        "`layer.in_features` for `layer.out_features`; `self.mean` for `self.var`. Another *called* function is no "
        "attribute: go on.",
        Category.ATTRIBUTE,
        "type",
    ),
    Question(
        "type",
        "Is a value of another type or dtype handed on?",
        "`dtype=torch.int64` for `torch.float32`, a conversion dropped or put into a call.",
        Category.ARGUMENT_TYPE,
        "literal",
    ),
    Question(
        "literal",
        "Is it one literal, and not one that says along which dimension, how to reduce, or with which sign?",
        "`1e-3` for `1e-8`, `n + 2` for `n + 1`, `True` for `False`, a default, a mode.",
        Category.CONSTANT,
        Category.LOGIC,
    ),
    Question(
        "open-prompt",
        "Does the prompt leave open what the failing test demands?",
        "Read the prompt for the value, the tie, the order that the test asks for.",
        Category.PROMPT,
        "corners",
    ),
    Question(
        "corners",
        "Do only tests of corner cases fail?",
        "Names and parameters of the failing tests; `DID NOT RAISE`.",
        Category.CORNER_CASE,
        "other-thing",
    ),
    Question(
        "other-thing",
        "Is it another thing than was asked for: not defined, not callable as the prompt says, another kind of result, "
        "or a part that was never attempted?",
        "Signature, type and number of dimensions of got and expected; what the docstring lists and the code lacks.",
        Category.DEVIATES,
        Category.LOGIC,
    ),
)
_BY_KEY = {q.key: q for q in QUESTIONS}


def walk(answers: Mapping[str, bool]) -> tuple[Category, list[Question]]:
    """Where these answers lead, and the questions asked. Raises KeyError for a question without an answer."""
    asked: list[Question] = []
    goal: Goal = QUESTIONS[0].key
    while not isinstance(goal, Category):
        question = _BY_KEY[goal]
        asked.append(question)
        goal = question.yes if answers[question.key] else question.no
    return goal, asked


def deciding(category: Category) -> list[Question]:
    """The questions that end in this category, in their order."""
    return [q for q in QUESTIONS if category in (q.yes, q.no)]


def order() -> tuple[Category, ...]:
    """Which of several faults is primary where all are known as differences: the order of the questions about them."""
    first = [Category.HARNESS, Category.SYNTAX, Category.IMPORT, Category.HALLUCINATED, Category.SILLY]
    rest = [goal for q in QUESTIONS[_place("one-change") :] for goal in (q.yes, q.no) if isinstance(goal, Category)]
    return tuple(dict.fromkeys([*first, *rest, *Category]))


def _place(key: str) -> int:
    return next(i for i, q in enumerate(QUESTIONS) if q.key == key)


def markdown() -> str:
    """docs/taxonomy.md: definitions, procedure, worked examples."""
    from deepbench_core.categories import TAXONOMY_VERSION, Facet
    from deepbench_core.worked_examples import EXAMPLES

    parts = [_INTRODUCTION.format(version=TAXONOMY_VERSION)]
    for category in Category:
        number = f"{category.number}. " if category.number else ""
        parts.append(
            f"### {number}{category.label} (`{category.value}`)\n\n{category.definition}\n\n"
            f"- Example: {category.example}\n- Not this: {category.counter_example}"
        )
    parts.append("## The facet\n\nOne a failure, whatever its category: what in deep learning it concerns.\n")
    parts[-1] += "\n".join(f"- **{f.label}** (`{f.value}`): {f.definition}" for f in Facet)
    parts.append(_PROCEDURE)
    numbers = {q.key: i for i, q in enumerate(QUESTIONS, start=1)}
    for question in QUESTIONS:
        goals = (f"{word}: {_goal(goal, numbers)}" for word, goal in (("yes", question.yes), ("no", question.no)))
        parts.append(
            f"{numbers[question.key]}. **{question.text}** ({'; '.join(goals)})\n   Look at: {question.look_at}"
        )
    parts.append(_EXAMPLES)
    for place, example in enumerate(EXAMPLES, start=1):
        category, asked = walk(example.answers())
        path = ", ".join(f"{numbers[q.key]} {'yes' if example.answers()[q.key] else 'no'}" for q in asked)
        code = f"```python\n{example.code.strip()}\n```\n\n" if example.code else ""
        seen = f"```text\n{example.seen}\n```\n\n" if example.seen else ""
        parts.append(
            f"### {place}. {example.title}\n\n```python\n{example.prompt}\n```\n\n{code}{seen}"
            f"{path} → **{category.label}**, facet {example.facet.label.lower()}. {example.why}"
        )
    return "\n\n".join(parts) + "\n"


def _goal(goal: Goal, numbers: Mapping[str, int]) -> str:
    return goal.label.lower() if isinstance(goal, Category) else f"go to {numbers[goal]}"


_INTRODUCTION = """# Why code fails: categories, facets, procedure

Version {version}. This page is written by `python -m deepbench_core.procedure`; a test keeps it so.

Categories 1–12 are the taxonomy of the DL-Bench paper, 13–15 what its raters added. `harness` is beside them: not the
model's fault. As published they overlap so much that careful raters hardly agree; what makes a label reproducible is
the procedure below: questions about evidence, asked in order, that end in exactly one *primary* category. Whatever else
is wrong is a *further* category. "Not determined" is an answer where the evidence is missing.

People, the rules (`deepbench diagnose`) and a model as judge use the same procedure. In case of doubt the order of
trust is: human, counterfactual (an experiment repaired the code), rules, judge.

## Categories"""

_PROCEDURE = """## The procedure

Start at 1. Answer by what you see, not by what the author may have thought. Where several faults are independent of
each other, the first that ends the walk is primary. "The reference" is any solution that passes; where there is none,
think of the smallest change that would make the code pass."""

_EXAMPLES = """## Worked examples

The numbers are those of the questions."""


if __name__ == "__main__":
    print(markdown(), end="")
