"""Queries are grouped by what they find."""

from index.grouping import Asked, groups


def asked(hits: str, concepts: str = "") -> Asked:
    return Asked(tuple(concepts.split()), tuple(hits.split()))


def test_the_same_technology_or_half_of_the_hits_make_a_group() -> None:
    rows = [
        asked("a b c d", "robotics"),
        asked("x y z"),
        asked("e f", "robotics"),
        asked("x y w"),
        asked("x q r"),
        asked("a b c d", "robotics welding"),
    ]

    # The fourth has 2 of 4 hits in common with the second, the fifth 1 of 5; the last has all of
    # the first one's.
    assert groups(rows) == [[0, 2, 5], [1, 3], [4]]


def test_who_finds_nothing_is_like_nobody() -> None:
    assert groups([asked(""), asked(""), asked("a")]) == [[0], [1], [2]]
    assert groups([]) == []


def test_a_leader_gathers_not_its_followers() -> None:
    rows = [asked("a b c"), asked("b c d"), asked("c d e")]

    assert groups(rows) == [[0, 1], [2]]
