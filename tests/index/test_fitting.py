import numpy as np
import pytest

from index.fitting import Surroundings

INSIDE, OUTSIDE = np.float32([[1, 0, 0]]), np.float32([[0, 1, 0]])
SURROUNDINGS = Surroundings(INSIDE, OUTSIDE)


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    ("query", "nearest", "score", "fits"),
    [
        # By hand: 100 (max(inside, nearest + 0.05) - outside) + min(score, 6) >= 5.
        (unit(1, 1, 0), 0.0, 4.9, False),
        (unit(1, 1, 0), 0.0, 5.1, True),
        (unit(1, 0, 0), 0.0, 0.0, True),
        (unit(0, 1, 0), 0.98, 1.9, False),
        (unit(0, 1, 0), 0.98, 2.1, True),
        (unit(0, 1, 0), 0.0, 8.9, False),
        (unit(0, 1, 0), 0.0, 9.0, True),
    ],
)
def test_a_query_fits_by_what_it_is_nearer_to_and_by_its_words(
    query: np.ndarray, nearest: float, score: float, fits: bool
) -> None:
    assert SURROUNDINGS.fits(query, nearest, score) is fits


def test_without_names_the_texts_alone_are_home() -> None:
    alone = Surroundings(np.zeros((0, 3), np.float32), OUTSIDE)

    assert alone.fits(unit(0, 1, 0), 0.95, 5.1)
    assert not alone.fits(unit(0, 1, 0), 0.95, 4.9)
