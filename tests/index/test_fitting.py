import numpy as np
import pytest

from index.fitting import Surroundings, common_part

# Three topics at one place: the mean of the nearest three is what the query has to each.
INSIDE = np.array([[1, 0, 0]], np.float32)
OUTSIDE = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], np.float32)
SURROUNDINGS = Surroundings(INSIDE, OUTSIDE)
HALF = float(np.sqrt(0.5))


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    ("query", "nearest", "score", "fits"),
    [
        # By hand: 80 outside - 50 inside - 20 nearest - 0.6 min(score, 9) < 9.
        # 80 * 0.7071 - 50 * 0.7071 = 21.213, so 12.213 is what text and score have to bring.
        (unit(1, 1, 0), 0.6, 0.3, False),
        (unit(1, 1, 0), 0.6, 0.4, True),
        (unit(1, 1, 0), 0.6, 8.0, True),
        (unit(1, 0, 0), 0.0, 0.0, True),
        # 80 - 20 * 0.9 = 62: no score brings 53, for no more than 9 counts.
        (unit(0, 1, 0), 0.9, 100.0, False),
    ],
)
def test_a_query_fits_by_what_it_is_nearer_to(
    query: np.ndarray, nearest: float, score: float, fits: bool
) -> None:
    assert SURROUNDINGS.fits(query, nearest, score) is fits


def test_one_topic_alone_weighs_a_third_of_three() -> None:
    far = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 1]], np.float32)

    # By hand: 80 / 3 * 0.7071 - 50 * 0.7071 = -16.5 against 21.2.
    assert Surroundings(INSIDE, far).fits(unit(1, 1, 0), 0.0, 0.0)
    assert not SURROUNDINGS.fits(unit(1, 1, 0), 0.0, 0.0)


def test_without_names_the_texts_alone_are_home() -> None:
    alone = Surroundings(np.zeros((0, 3), np.float32), OUTSIDE)

    # By hand: 80 * 0.9487 - 50 (nearest + 0.04) - 20 nearest - 0.6 * 9 = 68.5 - 70 nearest.
    assert alone.fits(unit(0, 3, 1), 0.86, 9.0)
    assert not alone.fits(unit(0, 3, 1), 0.84, 9.0)


def test_the_middle_of_all_queries_is_their_mean() -> None:
    # One name and three topics at one place: a quarter and three quarters of the way.
    assert SURROUNDINGS.middle.tolist() == pytest.approx([0.25, 0.75, 0.0])


@pytest.mark.parametrize(
    ("text", "part"),
    [("", 0.6), ("робот", 0.6), ("a b c d e", 0.6), ("a b c d e f", 0.5), ("слово " * 30, 0.1)],
)
def test_the_shorter_a_query_the_more_of_the_middle_is_taken_out(text: str, part: float) -> None:
    assert common_part(text) == pytest.approx(part)
