from index.remembered import Remembered


def test_the_one_unused_the_longest_is_forgotten() -> None:
    memory: Remembered[int] = Remembered(2)
    memory.keep("a", 1)
    memory.keep("b", 2)
    assert memory.get("a") == 1
    memory.keep("c", 3)

    assert [memory.get(key) for key in "abc"] == [1, None, 3]


def test_memory_without_some_keys_knows_the_rest_and_goes_its_own_way() -> None:
    memory: Remembered[int] = Remembered(2)
    memory.keep("a", 1)
    memory.keep("b", 2)
    other = memory.without(["a", "unknown"])
    memory.keep("a", 3)
    other.keep("c", 4)
    other.keep("d", 5)

    assert [memory.get(key) for key in "abcd"] == [3, 2, None, None]
    assert [other.get(key) for key in "abcd"] == [None, None, 4, 5]
