import math
from collections.abc import Sequence

import bm25s
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.analysis import document_terms
from index.documents import Document, Text
from index.words import (
    LABEL_WEIGHT,
    LENGTH_PENALTY,
    SATURATION,
    TITLE_WEIGHT,
    Group,
    WordIndex,
    analyze_row,
    concept_term,
    prefix_term,
    surface_counts,
)
from tests.index.conftest import DOCUMENTS

VOCABULARY = "робот сварка теплица пластик камера вода сталь ткань мука хлеб дерево клей".split()
Texts = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)


def build(texts: Sequence[Text]) -> WordIndex:
    rows = [analyze_row(Document(str(i), (text,)), text, []) for i, text in enumerate(texts)]
    return WordIndex.build(rows, range(len(rows)))


def scores(index: WordIndex, terms: Sequence[str]) -> list[float]:
    total = np.zeros(len(index.row_document))
    for term in terms:
        group = Group(term, ((term, 1.0),))
        rows, weights = index.postings(group)
        total[rows] += index.rarity(group) * weights
    return [float(score) for score in total]


@given(st.lists(Texts, min_size=1, max_size=12), Texts)
def test_scores_of_bodies_equal_bm25s(bodies: list[str], query: str) -> None:
    tokens = [document_terms(body, "ru") for body in bodies]
    assume(all(tokens))
    wanted = list(dict.fromkeys(document_terms(query, "ru")))
    oracle = bm25s.BM25(method="lucene", k1=SATURATION, b=LENGTH_PENALTY)
    known = {token for row in tokens for token in row}
    expected = np.zeros(len(bodies))
    if any(len(row) > 0 for row in tokens) and (asked := [t for t in wanted if t in known]):
        oracle.index(tokens, show_progress=False)
        expected = oracle.get_scores(asked)

    found = scores(build([Text("ru", "", body=body) for body in bodies]), wanted)

    assert found == pytest.approx(expected, abs=1e-4)


@given(st.lists(st.tuples(Texts, Texts, Texts), min_size=1, max_size=8), st.data())
def test_weights_equal_bm25f_by_hand(
    parts: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    index = build([Text("ru", title, summary, body) for title, summary, body in parts])
    [term] = document_terms(data.draw(st.sampled_from(VOCABULARY)), "ru")
    titles = [document_terms(title, "ru") for title, _, _ in parts]
    bodies = [document_terms(f"{summary} {body}", "ru") for _, summary, body in parts]
    average = max(sum(map(len, bodies)) / len(bodies), 1.0)
    frequencies = [
        TITLE_WEIGHT * title.count(term)
        + body.count(term) / (1 - LENGTH_PENALTY + LENGTH_PENALTY * len(body) / average)
        for title, body in zip(titles, bodies, strict=True)
    ]
    containing = sum(frequency > 0 for frequency in frequencies)

    group = Group(term, ((term, 1.0),))
    rows, weights = index.postings(group)

    assert dict(zip(rows.tolist(), weights.tolist(), strict=True)) == pytest.approx(
        {row: f / (SATURATION + f) for row, f in enumerate(frequencies) if f}, abs=1e-5
    )
    assert index.frequency(term) == containing
    assert index.rarity(group) == pytest.approx(
        math.log(1 + (len(parts) - containing + 0.5) / (containing + 0.5))
    )


def test_labels_and_names_count_more_than_the_body() -> None:
    text = Text("ru", "Стенд", body="сварка")
    tagged = Document("A", (Text("ru", "Стенд", body="клей"),), ("welding",), names=("Сварка",))

    index = WordIndex.build(
        [
            analyze_row(Document("B", (text,)), text, []),
            analyze_row(tagged, tagged.texts[0], [("ru", "Сварка"), ("en", "Welding")]),
        ],
        [0, 1],
    )

    in_body, in_label = scores(index, document_terms("сварка", "ru"))
    assert in_label > in_body
    assert scores(index, ["weld"]) == pytest.approx(
        [0.0, math.log(2) * LABEL_WEIGHT / (SATURATION + LABEL_WEIGHT)]
    )
    assert [score > 0 for score in scores(index, [concept_term("welding")])] == [False, True]


@pytest.mark.parametrize(
    ("one", "other"),
    [("сортировка", "сортировщик"), ("қоқыстың", "кокыс"), ("сұрыптау", "суриптау")],
)
def test_prefix_terms_meet_where_five_letters_do(one: str, other: str) -> None:
    expected = one.translate(str.maketrans("қғңөұүіәһ", "кгноууиах"))[:5] == other[:5]

    assert (prefix_term(one) == prefix_term(other)) == expected


def test_postings_take_the_best_of_a_words_terms() -> None:
    index = build([Text("ru", "", body="робот"), Text("ru", "", body="робот сварка сварка")])
    robot, weld = document_terms("робот сварка", "ru")
    single = {
        term: dict(zip(*map(list, index.postings(Group(term, ((term, 1.0),)))), strict=True))
        for term in (robot, weld)
    }

    rows, weights = index.postings(Group("робот", ((robot, 1.0), (weld, 0.5), ("нет", 1.0))))

    assert rows.tolist() == [0, 1]
    assert weights.tolist() == pytest.approx(
        [single[robot][0], max(single[robot][1], 0.5 * single[weld][1])]
    )


@given(st.lists(Texts, min_size=1, max_size=8), st.sampled_from(VOCABULARY), st.data())
def test_stands_in_text_looks_into_the_given_rows(
    bodies: list[str], word: str, data: st.DataObject
) -> None:
    index = build([Text("ru", "", body=body) for body in bodies])
    first = data.draw(st.integers(0, len(bodies)))
    end = data.draw(st.integers(first, len(bodies)))
    [term] = document_terms(word, "ru")

    assert index.stands(term, first, end, in_text=True) == any(
        word in b.split() for b in bodies[first:end]
    )


def test_an_empty_index_has_no_postings() -> None:
    index = WordIndex.build([], [])
    rows, weights = index.postings(Group("робот", (("робот", 1.0), ("робота", 1.0))))

    assert (rows.tolist(), weights.tolist()) == ([], [])


def test_surface_counts_are_rows_with_the_word_as_written() -> None:
    rows = [analyze_row(d, text, []) for d in DOCUMENTS for text in d.texts]

    counts = surface_counts(rows)

    assert {word: counts[word] for word in ("пластик", "жылыжай", "теплицы", "python")} == {
        "пластик": 2, "жылыжай": 1, "теплицы": 0, "python": 1,
    }  # fmt: skip
