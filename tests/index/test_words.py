import math
from collections.abc import Iterable, Sequence

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
    RowTerms,
    Where,
    WordIndex,
    Words,
    analyze_row,
    concept_term,
    prefix_term,
    surface_counts,
)
from tests.index.conftest import DOCUMENTS

VOCABULARY = "робот сварка теплица пластик камера вода сталь ткань мука хлеб дерево клей".split()
Texts = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)


def analyzed(bodies: Iterable[str]) -> list[RowTerms]:
    texts = [Text("ru", "", body=body) for body in bodies]
    return [analyze_row(Document(str(i), (text,)), text, []) for i, text in enumerate(texts)]


def build(texts: Sequence[Text]) -> WordIndex:
    rows = [analyze_row(Document(str(i), (text,)), text, []) for i, text in enumerate(texts)]
    return WordIndex.build(rows, range(len(rows)))


def word(term: str) -> Group:
    return Group(term, ((term, 1.0),))


def scores(index: WordIndex, terms: Sequence[str]) -> list[float]:
    found: list[float] = (
        Words([index]).score([(word(term), None) for term in terms]).scores.tolist()
    )
    return found


def rarity(found: Words, group: Group) -> float:
    """How rare a word is alone."""
    return found.score([(group, None)]).rarity


def weights(found: Words, group: Group) -> list[float]:
    """What a word weighs in each row."""
    single: list[float] = (
        found.score([(group, None)]).scores / np.float32(rarity(found, group))
    ).tolist()
    return single


def postings(index: WordIndex) -> dict[str, list[tuple[int, float]]]:
    """All that an index has of each term, the terms that stand nowhere left out."""
    found = {
        term: list(zip(index.rows[a:b].tolist(), index.weights[a:b].tolist(), strict=True))
        for term, (a, b) in zip(index.terms, index.postings(index.terms), strict=True)
    }
    return {term: posting for term, posting in found.items() if posting}


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

    expected = {row: f / (SATURATION + f) for row, f in enumerate(frequencies) if f}
    alone = math.log(1 + (len(parts) - containing + 0.5) / (containing + 0.5))

    together = Words([index])
    scored = together.score([(word(term), None)])

    assert dict(postings(index).get(term, ())) == pytest.approx(expected, abs=1e-5)
    assert np.diff(index.postings([term, "нет"])).ravel().tolist() == [containing, 0]
    assert (term in index, term in together) == (bool(containing), bool(containing))
    single = [expected.get(row, 0.0) for row in range(len(parts))]
    assert scored.rarity == pytest.approx(alone)
    assert scored.scores.tolist() == pytest.approx([alone * w for w in single], abs=1e-5)
    assert scored.covered.tolist() == pytest.approx([alone * (w > 0) for w in single])


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


def test_a_word_weighs_as_the_best_of_its_terms() -> None:
    index = build([Text("ru", "", body="робот"), Text("ru", "", body="робот сварка сварка")])
    robot, weld = document_terms("робот сварка", "ru")
    single = {term: dict(found) for term, found in postings(index).items()}

    group = Group("робот", ((robot, 0.25), (weld, 0.5), ("нет", 1.0)))
    found = Words([index])

    expected = [0.25 * single[robot][0], max(0.25 * single[robot][1], 0.5 * single[weld][1])]
    assert expected[1] == 0.5 * single[weld][1]
    assert weights(found, group) == pytest.approx(expected)
    # As rare as the commonest of them: in both rows.
    assert rarity(found, group) == pytest.approx(math.log(1 + 0.5 / 2.5))
    # And as surely there as the surest of them.
    covered = found.score([(group, None)]).covered / np.float32(rarity(found, group))
    assert covered.tolist() == pytest.approx([0.25, 0.5])


@given(
    st.lists(Texts, min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(VOCABULARY), st.floats(0.125, 1, width=16)), max_size=5),
)
def test_a_group_takes_the_best_of_its_terms(
    bodies: list[str], chosen: list[tuple[str, float]]
) -> None:
    index = WordIndex.build(analyzed(bodies), range(len(bodies)))
    alternatives = tuple((document_terms(one, "ru")[0], factor) for one, factor in chosen)
    single = {term: dict(found) for term, found in postings(index).items()}

    found = Words([index])
    group = Group("слово", alternatives)

    assert weights(found, group) == pytest.approx(
        [
            max((factor * single.get(t, {}).get(row, 0.0) for t, factor in alternatives), default=0)
            for row in range(len(bodies))
        ],
        abs=1e-6,
    )
    most = max((len(single.get(term, ())) for term, _ in alternatives), default=0)
    assert rarity(found, group) == pytest.approx(
        math.log(1 + (len(bodies) - most + 0.5) / (most + 0.5))
    )


def test_scores_add_up_words_and_what_supports_them() -> None:
    bodies = ["робот сварка", "роботизация", "сварка клей", "мука"]
    found = Words([WordIndex.build(analyzed(bodies), range(4))])
    robot, weld = map(word, document_terms("робот сварка", "ru"))
    support = Group("робот", ((prefix_term("робот"), 0.5),))

    scored = found.score([(robot, support), (weld, None)])

    expected = [
        sum(rarity(found, one) * weights(found, one)[row] for one in (robot, weld, support))
        for row in range(4)
    ]
    assert weights(found, support)[1] > 0 == weights(found, robot)[1]
    assert scored.scores.tolist() == pytest.approx(expected, abs=1e-6)
    robots, welds = rarity(found, robot), rarity(found, weld)
    # What supports a word doesn't cover it.
    assert scored.covered.tolist() == pytest.approx([robots + welds, 0, welds, 0], abs=1e-6)
    assert scored.rarity == pytest.approx(robots + welds)


@given(st.lists(Texts, max_size=10), st.data())
def test_two_parts_are_searched_as_one_index(bodies: list[str], data: st.DataObject) -> None:
    rows = analyzed(bodies)
    cut = data.draw(st.integers(0, len(rows)))
    terms = [document_terms(one, "ru")[0] for one in VOCABULARY]
    groups = [
        (
            Group(term, ((term, 1.0), (data.draw(st.sampled_from(terms)), 0.5))),
            Group(term, ((prefix_term(one), 0.5),)) if data.draw(st.booleans()) else None,
        )
        for one, term in zip(VOCABULARY, terms, strict=True)
    ]
    whole = Words([WordIndex.build(rows, range(len(rows)), average=3.0)])
    parts = Words(
        [
            WordIndex.build(rows[:cut], range(cut), average=3.0),
            WordIndex.build(rows[cut:], range(len(rows) - cut), average=3.0),
        ]
    )

    one, two = whole.score(groups), parts.score(groups)

    assert parts.rows == len(rows)
    assert parts.first_rows == [0, cut]
    assert two.scores.tolist() == pytest.approx(one.scores.tolist(), abs=1e-6)
    assert two.covered.tolist() == pytest.approx(one.covered.tolist(), abs=1e-6)
    assert two.rarity == pytest.approx(one.rarity)
    for group, _ in groups:
        assert weights(parts, group) == pytest.approx(weights(whole, group), abs=1e-6)
        assert (group.word in parts) == (group.word in whole)


@given(st.lists(st.tuples(Texts, st.booleans()), min_size=1, max_size=10), st.data())
def test_merged_is_the_index_of_the_rows_kept(
    chosen: list[tuple[str, bool]], data: st.DataObject
) -> None:
    rows = analyzed(body for body, _ in chosen)
    cut = data.draw(st.integers(0, len(rows)))
    kept = [keep for _, keep in chosen]
    parts = [
        WordIndex.build(some, range(len(some)), average=4.0) for some in (rows[:cut], rows[cut:])
    ]
    owners = np.arange(sum(kept), dtype=np.int32) * 2

    merged = WordIndex.merged(parts, np.array(kept, bool), owners)

    expected = WordIndex.build(
        [row for row, keep in zip(rows, kept, strict=True) if keep], owners.tolist(), average=4.0
    )
    assert postings(merged) == postings(expected)
    assert merged.row_document.tolist() == owners.tolist()
    assert merged.average == 4.0
    first, end = np.array([0, 0]), np.array([len(owners), min(len(owners), 1)])
    groups = [Group(term, ((term, 1.0),), frozenset([term])) for term in expected.terms]
    one, other = (Words([i]).mark_where(groups, first, end).tolist() for i in (merged, expected))
    assert one == other


@given(
    st.lists(st.tuples(Texts, Texts), min_size=1, max_size=8),
    st.sampled_from(VOCABULARY),
    st.sampled_from(VOCABULARY),
    st.data(),
)
def test_where_a_word_stands_in_the_given_stretches(
    parts: list[tuple[str, str]], word: str, translation: str, data: st.DataObject
) -> None:
    rows = []
    for body, label in parts:
        text = Text("ru", "", body=body)
        rows.append(analyze_row(Document("A", (text,)), text, [("ru", label)]))
    cut = data.draw(st.integers(0, len(rows)))
    found = Words(
        [WordIndex.build(some, range(len(some)), average=3.0) for some in (rows[:cut], rows[cut:])]
    )
    ends = st.integers(0, len(rows))
    stretches = data.draw(st.lists(st.tuples(ends, ends).map(sorted), max_size=4))
    own, other = document_terms(f"{word} {translation}", "ru")
    group = Group(word, ((own, 1.0), (other, 0.5)), frozenset([own]))

    where = found.mark_where(
        [group, Group("нет", (("нет", 1.0),))],
        *(np.array([pair[i] for pair in stretches], np.int64) for i in (0, 1)),
    )

    bodies, labels = zip(*((body.split(), label.split()) for body, label in parts), strict=True)

    def expected(first: int, end: int) -> Where:
        if any(word in body for body in bodies[first:end]):
            return Where.IN_TEXT
        if any(translation in body for body in bodies[first:end]):
            return Where.TRANSLATED
        if any(word in label for label in labels[first:end]):
            return Where.APART
        return Where.NOWHERE

    assert where.tolist() == [[expected(*pair) for pair in stretches], [0] * len(stretches)]


def test_an_empty_index_has_no_postings() -> None:
    index = WordIndex.build([], [])
    group = Group("робот", (("робот", 1.0), ("робота", 1.0)))

    assert index.postings(["робот"]).tolist() == [[0, 0]]
    nothing = np.zeros(1, np.int64)
    assert Words([index]).mark_where([group], nothing, nothing).tolist() == [[0]]
    assert Words([index]).score([(group, None)]).scores.tolist() == []


def test_surface_counts_are_rows_with_the_word_as_written() -> None:
    rows = [analyze_row(d, text, []) for d in DOCUMENTS for text in d.texts]

    counts = surface_counts(rows)

    assert {word: counts[word] for word in ("пластик", "жылыжай", "теплицы", "python")} == {
        "пластик": 2, "жылыжай": 1, "теплицы": 0, "python": 1,
    }  # fmt: skip
