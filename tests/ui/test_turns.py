"""Turns are handed on in order, and let go while something else is waited for."""

import threading
from collections.abc import Callable

import pytest

from ui.turns import Turns

PATIENCE = 20


class Thread(threading.Thread):
    """Does something and ends within our patience."""

    def __init__(self, do: Callable[[], object]) -> None:
        super().__init__(target=do, daemon=True)
        self.start()

    def finish(self) -> None:
        self.join(PATIENCE)
        assert not self.is_alive()


def in_line(turns: Turns, count: int) -> None:
    """Return when so many wait for a turn."""
    for _ in range(10_000_000):
        if len(turns._waiting) == count:
            return
    pytest.fail(f"{len(turns._waiting)} wait, not {count}.")


def test_no_more_than_the_number_of_turns_are_inside_and_the_others_follow_in_their_order() -> None:
    turns, order = Turns(1), list[int]()

    def come(number: int) -> None:
        with turns:
            order.append(number)

    threads = []
    with turns:
        for number in range(5):
            threads.append(Thread(lambda number=number: come(number)))
            in_line(turns, number + 1)
        assert order == []
    for thread in threads:
        thread.finish()

    assert order == [0, 1, 2, 3, 4]
    assert turns._free == 1


def test_as_many_as_there_are_turns_are_inside_together() -> None:
    turns, together = Turns(2), threading.Barrier(2, timeout=PATIENCE)

    def come() -> None:
        with turns:
            together.wait()

    threads = [Thread(come) for _ in range(4)]
    for thread in threads:
        thread.finish()

    assert turns._free == 2


def test_who_lets_go_is_the_next_to_have_a_turn() -> None:
    turns, order = Turns(1), list[str]()
    gone, back, second_in, second_out = (threading.Event() for _ in range(4))

    def first() -> None:
        with turns:
            with turns.let_go():
                gone.set()
                assert back.wait(PATIENCE)
            order.append("first")

    def second() -> None:
        with turns:
            second_in.set()
            assert second_out.wait(PATIENCE)
            order.append("second")

    def third() -> None:
        with turns:
            order.append("third")

    threads = [Thread(first)]
    assert gone.wait(PATIENCE)
    threads.append(Thread(second))
    assert second_in.wait(PATIENCE)
    threads.append(Thread(third))
    in_line(turns, 1)
    back.set()
    in_line(turns, 2)
    second_out.set()
    for thread in threads:
        thread.finish()

    assert order == ["second", "first", "third"]


def test_a_turn_is_free_again_after_an_error_inside_and_while_it_was_let_go() -> None:
    turns = Turns(1)

    with pytest.raises(RuntimeError), turns:
        raise RuntimeError
    with pytest.raises(RuntimeError), turns, turns.let_go():
        raise RuntimeError

    assert turns._free == 1


def test_letting_go_without_a_turn_frees_none() -> None:
    turns = Turns(1)

    with turns.let_go():
        assert turns._free == 1
    with turns, turns.let_go():
        assert turns._free == 1

    assert turns._free == 1
