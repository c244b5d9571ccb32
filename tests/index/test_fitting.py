import numpy as np
import pytest

from index.fitting import Surroundings

INSIDE, OUTSIDE = np.float32([[1, 0, 0]]), np.float32([[0, 1, 0]])
SURROUNDINGS = Surroundings(INSIDE, OUTSIDE)


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    ("query", "nearest", "nearness", "fits"),
    [
        # By hand: 200 (max(inside, nearest + 0.04) - outside) + min(nearness, 4) >= -0.5.
        (unit(1, 1, 0), 0.0, -0.6, False),
        (unit(1, 1, 0), 0.0, -0.4, True),
        (unit(1, 0, 0), 0.0, 0.0, True),
        (unit(0, 1, 0), 0.95, 1.4, False),
        (unit(0, 1, 0), 0.95, 1.6, True),
        (unit(0, 1, 0), 0.93, 9.0, False),
        (unit(0, 1, 0), 0.94, 9.0, True),
    ],
)
def test_a_query_fits_by_what_it_is_nearer_to(
    query: np.ndarray, nearest: float, nearness: float, fits: bool
) -> None:
    assert SURROUNDINGS.fits(query, nearest, nearness) is fits


def test_without_names_the_texts_alone_are_home() -> None:
    alone = Surroundings(np.zeros((0, 3), np.float32), OUTSIDE)

    assert alone.fits(unit(0, 1, 0), 0.95, 1.6)
    assert not alone.fits(unit(0, 1, 0), 0.95, 1.4)
