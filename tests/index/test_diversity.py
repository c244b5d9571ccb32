"""Choosing what fits and differs, beside the formula worked out one number at a time."""

import random

import numpy as np
import pytest

from index.diversity import FITTING, GROUPS, effective_number, spread_out


def oracle(
    scores: list[float],
    vectors: list[list[float]] | None,
    groups: list[tuple[str | None, ...]],
    count: int,
    chosen: list[int],
) -> list[int]:
    """Carbonell and Goldstein's rule, every likeness reckoned anew at every step."""

    def likeness(one: int, other: int) -> float:
        pairs = list(zip(groups[one], groups[other], strict=True))
        common = sum(1 for a, b in pairs if a is not None and a == b) / len(pairs)
        if vectors is None:
            return common
        near = sum(a * b for a, b in zip(vectors[one], vectors[other], strict=True))
        return (1 - GROUPS) * min(max(near, 0.0), 1.0) + GROUPS * common

    before, taken = list(chosen), []
    while len(taken) < count and len(before) < len(scores):
        rest = [place for place in range(len(scores)) if place not in before]
        best = max(
            rest,
            key=lambda place: (
                round(
                    FITTING * scores[place] / max(scores)
                    - (1 - FITTING)
                    * max((likeness(place, other) for other in before), default=0.0),
                    9,
                ),
                -place,
            ),
        )
        before.append(best)
        taken.append(best)
    return taken


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("with_vectors", [True, False])
def test_it_chooses_what_the_formula_chooses(seed: int, with_vectors: bool) -> None:
    rng = random.Random(seed)
    number = rng.randrange(1, 30)
    scores = [rng.uniform(0.1, 3.0) for _ in range(number)]
    raw = np.random.default_rng(seed).normal(size=(number, 8)).astype(np.float32)
    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    groups = [(rng.choice("abcd"), rng.choice(["x", "y", None])) for _ in range(number)]
    chosen = rng.sample(range(number), min(2, number - 1))
    count = rng.randrange(0, number + 3)

    found = spread_out(scores, unit if with_vectors else None, groups, count, chosen=chosen)

    expected = oracle(scores, unit.tolist() if with_vectors else None, groups, count, chosen)
    assert found == expected


def test_of_two_that_fit_alike_the_one_of_another_college_comes_first() -> None:
    groups = [("one", "it"), ("one", "it"), ("two", "crafts")]

    assert spread_out([1.0, 0.9, 0.9], None, groups, 3) == [0, 2, 1]
    # What is in the showcase already counts as chosen.
    assert spread_out([1.0, 0.9, 0.9], None, groups, 2, chosen=[2]) == [0, 1]


def test_without_weight_on_difference_it_is_the_order_of_the_scores() -> None:
    groups = [("one",)] * 4

    assert spread_out([0.2, 0.9, 0.4, 0.9], None, groups, 4, fitting=1.0) == [1, 3, 2, 0]


def test_what_has_no_group_is_alike_to_nothing_by_it() -> None:
    assert spread_out([1.0, 0.9, 0.95], None, [(None,), (None,), ("a",)], 3) == [0, 2, 1]


def test_nothing_to_choose_from_is_nothing() -> None:
    assert spread_out([], None, [], 5) == []


@pytest.mark.parametrize(
    ("values", "number"),
    [("", 0.0), ("a", 1.0), ("aaaa", 1.0), ("abcd", 4.0), ("aabb", 2.0), ("aaaaaaaaab", 100 / 82)],
)
def test_the_effective_number_is_the_inverse_of_simpsons_index(values: str, number: float) -> None:
    assert effective_number(values) == pytest.approx(number)
