import string

import pytest

from catalog.problems import _SENTENCES, Problem, ProblemCode


@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_problem_has_a_sentence_of_the_same_facts_in_each_language(
    code: ProblemCode,
) -> None:
    def facts(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    kazakh, russian, english = _SENTENCES[code]

    assert facts(kazakh) == facts(russian) == facts(english)
    assert any(letter in "әғқңөұүһі" for letter in kazakh.casefold())
    for sentence in (kazakh, russian, english):
        assert sentence.endswith((".", "?", "}"))


def test_an_unknown_language_reads_english() -> None:
    problem = Problem("course", ProblemCode.OUT_OF_RANGE, "9", {"low": 1, "high": 4})

    assert problem.sentence("de") == problem.message == "A number from 1 to 4 is needed."
    assert problem.sentence("ru") == "Нужно число от 1 до 4."
