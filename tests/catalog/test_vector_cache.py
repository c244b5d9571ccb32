import numpy as np
import pytest
from sqlalchemy import text, update

from catalog import Store
from catalog.models import CachedVector
from catalog.vector_cache import VectorCache


def hashes(count: int) -> list[bytes]:
    return [number.to_bytes(32, "big") for number in range(count)]


def test_vectors_come_back_as_they_were_kept(store: Store) -> None:
    cache = VectorCache(store)
    keys = hashes(1200)
    vectors = np.random.default_rng(7).normal(size=(1200, 8)).astype(np.float16)

    cache.put_many("e5", dict(zip(keys, vectors, strict=True)))
    found = cache.get_many([*keys, b"unknown"], "e5")

    assert list(found) == keys or set(found) == set(keys)
    np.testing.assert_array_equal(np.stack([found[key] for key in keys]), vectors)
    assert found[keys[0]].dtype == np.float16


def test_models_do_not_see_each_others_vectors_and_the_last_one_stays(store: Store) -> None:
    cache = VectorCache(store)
    (key,) = hashes(1)
    cache.put_many("a", {key: np.zeros(3)})
    cache.put_many("a", {key: np.ones(4, dtype=np.float32)})
    cache.put_many("b", {key: np.full(2, 0.5)})
    cache.put_many("b", {})

    assert cache.get_many([key], "a")[key].tolist() == [1, 1, 1, 1]
    assert cache.get_many([key], "b")[key].tolist() == [0.5, 0.5]
    assert cache.get_many([key], "c") == {}
    assert cache.get_many([], "a") == {}


def test_a_vector_that_was_cut_off_is_left_out_and_can_be_put_again(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(sqlite_url)
    cache = VectorCache(store)
    keys = hashes(3)
    vectors = dict.fromkeys(keys, np.ones(4, dtype=np.float16))
    cache.put_many("a", vectors)
    with store.writing() as session:
        # The table itself refuses this; a damaged file doesn't ask it.
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        cut = update(CachedVector).where(CachedVector.content_hash.in_(keys[:2]))
        session.execute(cut.values(vector=b"\0" * 7))

    assert set(cache.get_many(keys, "a")) == {keys[2]}
    assert caplog.messages == ["2 cached vectors are cut off or too long. They are left out."]

    cache.put_many("a", vectors)
    assert set(cache.get_many(keys, "a")) == set(keys)


def test_forgetting_keeps_what_it_is_told_to(store: Store) -> None:
    cache = VectorCache(store)
    keys = hashes(3)
    cache.put_many("a", dict.fromkeys(keys, np.ones(2)))
    cache.put_many("b", dict.fromkeys(keys, np.ones(2)))

    assert cache.forget("a", keep=keys[:1]) == 2

    assert list(cache.get_many(keys, "a")) == keys[:1]
    assert len(cache.get_many(keys, "b")) == 3
    assert store.revision() == 0
