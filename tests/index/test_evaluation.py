import itertools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Concept, Document, Text
from index.evaluation import (
    Figures,
    JudgedSet,
    NotBeir,
    figures,
    ndcg,
    read_beir,
    read_concepts,
    recall,
    reciprocal_rank,
)

CORPUS = """
{"_id": "d1", "title": "Теплица", "text": "Поливает рассаду."}

{"_id": 2, "title": "", "text": "Қоқысты өзі сұрыптайтын жәшік."}
{"_id": "d3", "text": "A gate of steel."}
"""
QUERIES = """
{"_id": "q1", "text": "полив", "tags": ["ru", "short"]}
{"_id": 7, "text": "gate"}
"""
HEADER = "query-id\tcorpus-id\tscore\n"
QRELS = HEADER + "q1\td1\t2\nq1\t2\t0\n7\td3\t1\n"

Grades = st.dictionaries(st.sampled_from("abcdefghijklmno"), st.integers(0, 4))
Ranked = st.permutations("abcdefghijklmno")
Depths = st.integers(1, 16)


def beir(folder: Path, *, corpus: str = CORPUS, queries: str = QUERIES, qrels: str = QRELS) -> Path:
    """A folder in BEIR format."""
    (folder / "qrels").mkdir()
    (folder / "corpus.jsonl").write_text(corpus, "utf-8")
    (folder / "queries.jsonl").write_text(queries, "utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    return folder


def test_read_beir_reads_documents_queries_and_grades(tmp_path: Path) -> None:
    folder = tmp_path / "hand-made"
    folder.mkdir()

    assert read_beir(beir(folder)) == JudgedSet(
        name="hand-made",
        documents=(
            Document("d1", (Text("ru", "Теплица", body="Поливает рассаду."),)),
            Document("2", (Text("kk", "", body="Қоқысты өзі сұрыптайтын жәшік."),)),
            Document("d3", (Text("en", "", body="A gate of steel."),)),
        ),
        queries={"q1": "полив", "7": "gate"},
        tags={"q1": ("ru", "short"), "7": ()},
        grades={"q1": {"d1": 2, "2": 0}, "7": {"d3": 1}},
    )


def test_read_beir_reads_whole_documents(tmp_path: Path) -> None:
    whole = {
        "texts": {"kk": {"title": "Жылыжай"}, "en": {"title": "G", "summary": "S", "body": "B"}},
        "concepts": ["greenhouse"],
        "keywords": ["су"],
        "names": ["Колледж"],
        "facets": {"hall": ["A", "B"]},
    }

    found = read_beir(beir(tmp_path, corpus=json.dumps({"_id": "d1", "document": whole})))

    assert found.documents == (
        Document(
            "d1",
            (Text("kk", "Жылыжай"), Text("en", "G", "S", "B")),
            concepts=("greenhouse",),
            keywords=("су",),
            names=("Колледж",),
            facets={"hall": ("A", "B")},
        ),
    )


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_read_beir_names_the_file_that_is_missing(tmp_path: Path, file: str) -> None:
    (beir(tmp_path) / file).unlink()

    with pytest.raises(NotBeir) as caught:
        read_beir(tmp_path)

    assert str(caught.value).startswith(f"{tmp_path / file} is missing")


@pytest.mark.parametrize(
    ("part", "content", "place"),
    [
        ("corpus", '{"_id": "d1", "text": "x"}\n{"_id": "d2"', "corpus.jsonl, line 2"),
        ("corpus", '{"text": "x"}', "corpus.jsonl, line 1"),
        ("corpus", "\n\n[]", "corpus.jsonl, line 3"),
        ("corpus", '"_id"', "corpus.jsonl, line 1"),
        ("corpus", "7", "corpus.jsonl, line 1"),
        ("corpus", '{"_id": "d1", "document": {}}', "corpus.jsonl"),
        ("corpus", '{"_id": "d1", "document": []}', "corpus.jsonl"),
        ("corpus", '{"_id": "d1", "document": {"texts": {"ru": {"titel": "x"}}}}', "corpus.jsonl"),
        ("queries", "{", "queries.jsonl, line 1"),
        ("queries", '{"text": "x"}', "queries.jsonl, line 1"),
        ("queries", '{"_id": "q1"}', "queries.jsonl"),
        ("qrels", "q1\td1\t2\nq1\t2\t0\n", "test.tsv"),
        ("qrels", HEADER + "q1\td1\tgood\n", "test.tsv"),
        ("qrels", HEADER + "q1\td1\n", "test.tsv"),
    ],
)
def test_read_beir_says_where_a_file_is_wrong(
    tmp_path: Path, part: str, content: str, place: str
) -> None:
    beir(tmp_path, **{part: content})

    with pytest.raises(NotBeir) as caught:
        read_beir(tmp_path)

    assert place in str(caught.value)


def test_read_beir_says_which_file_is_no_utf8(tmp_path: Path) -> None:
    (beir(tmp_path) / "corpus.jsonl").write_bytes('{"_id": "d1", "text": "Ы"}'.encode("cp1251"))

    with pytest.raises(NotBeir) as caught:
        read_beir(tmp_path)

    assert "corpus.jsonl" in str(caught.value)


@pytest.mark.parametrize(
    ("ranked", "grades", "expected"),
    [
        # One document, found second: 1/log2(3) of 1/log2(2).
        ("xa", {"a": 1}, 0.6309297535714575),
        # Grades 2 and 1 in the wrong order: (1/1 + 2/1.58496) / (2/1 + 1/1.58496).
        ("ba", {"a": 2, "b": 1}, 2.2618595071429148 / 2.6309297535714575),
        # Found first and third of three: (3 + 1/2) / (3 + 2/1.58496 + 1/2).
        ("axc", {"a": 3, "b": 2, "c": 1}, 3.5 / 4.761859507142915),
        ("abc", {"a": 3, "b": 2, "c": 1}, 1.0),
        ("xyz", {"a": 1}, 0.0),
        ("", {"a": 1}, 0.0),
        ("abc", {"a": 0}, 0.0),
        ("abc", {}, 0.0),
        # Tenth counts still, 1/log2(11); eleventh doesn't.
        ("xxxxxxxxxa", {"a": 4}, 0.2890648263178878),
        ("xxxxxxxxxxa", {"a": 4}, 0.0),
    ],
)
def test_ndcg_equals_values_by_hand(
    ranked: str, grades: Mapping[str, int], expected: float
) -> None:
    assert ndcg(ranked, grades) == pytest.approx(expected, abs=1e-12)


def test_ndcg_of_eleven_relevant_is_normalized_by_the_first_ten() -> None:
    grades = dict.fromkeys("abcdefghijk", 1)

    assert ndcg("abcdefghij", grades) == 1.0


@given(st.permutations("abcde"), st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3)))
def test_ndcg_is_the_share_of_what_the_best_order_gains(
    ranked: list[str], grades: dict[str, int]
) -> None:
    def gain(order: Sequence[str]) -> float:
        return sum(grades.get(code, 0) / math.log2(i + 1) for i, code in enumerate(order, start=1))

    best = max(map(gain, itertools.permutations("abcde")))

    assert ndcg(ranked, grades) == pytest.approx(gain(ranked) / best if best else 0.0)


@given(Grades, Depths)
def test_ndcg_of_the_ideal_order_is_one_and_of_strangers_nothing(
    grades: dict[str, int], depth: int
) -> None:
    ideal = sorted(grades, key=lambda code: -grades[code])

    assert ndcg(ideal, grades, depth) == pytest.approx(1.0 if any(grades.values()) else 0.0)
    assert ndcg(list("ABCDEFGHIJ"), grades, depth) == 0.0


@given(Ranked, Grades, st.integers(0, 13))
def test_measures_grow_when_a_better_document_moves_up(
    ranked: list[str], grades: dict[str, int], place: int
) -> None:
    worse, better = sorted(ranked[place : place + 2], key=lambda code: grades.get(code, 0))
    before = [*ranked[:place], worse, better, *ranked[place + 2 :]]
    after = [*ranked[:place], better, worse, *ranked[place + 2 :]]

    assert ndcg(after, grades) >= ndcg(before, grades)
    assert reciprocal_rank(after, grades) >= reciprocal_rank(before, grades)
    assert recall(after, grades) >= recall(before, grades)
    if place < 9 and grades.get(better, 0) > grades.get(worse, 0):
        assert ndcg(after, grades) > ndcg(before, grades)


@pytest.mark.parametrize(
    ("ranked", "grades", "rank", "found"),
    [
        ("axb", {"a": 1, "b": 2}, 1.0, 1.0),
        ("xxb", {"a": 1, "b": 2}, 1 / 3, 1 / 2),
        ("xxxxxxxxxa", {"a": 1}, 1 / 10, 1.0),
        ("xxxxxxxxxxa", {"a": 1}, 0.0, 0.0),
        ("zab", {"z": 0, "a": 1, "b": 1, "c": 1}, 1 / 2, 2 / 3),
        ("z", {"z": 0}, 0.0, 0.0),
        ("", {"a": 1}, 0.0, 0.0),
        ("a", {}, 0.0, 0.0),
    ],
)
def test_reciprocal_rank_and_recall_equal_values_by_hand(
    ranked: str, grades: Mapping[str, int], rank: float, found: float
) -> None:
    assert reciprocal_rank(ranked, grades) == rank
    assert recall(ranked, grades) == found


@given(Ranked, Grades, Depths)
def test_reciprocal_rank_and_recall_equal_brute_force(
    ranked: list[str], grades: dict[str, int], depth: int
) -> None:
    places = [place for place, code in enumerate(ranked, start=1) if grades.get(code, 0) > 0]
    shown = [place for place in places if place <= depth]

    assert reciprocal_rank(ranked, grades, depth) == (1 / shown[0] if shown else 0.0)
    assert recall(ranked, grades, depth) == (len(shown) / len(places) if places else 0.0)


def judged(grades: Mapping[str, Mapping[str, int]]) -> JudgedSet:
    """A judged set of which only the grades matter."""
    return JudgedSet("set", (), dict.fromkeys(grades, ""), dict.fromkeys(grades, ()), grades)


def test_figures_are_means_over_the_queries_with_a_relevant_document() -> None:
    grades = {"q1": {"a": 1}, "q2": {"a": 1, "b": 1}, "q3": {"a": 0}, "unasked": {"a": 1}}
    rankings = {"q1": "xa", "q2": "xxxb", "q3": "abc", "unjudged": "abc"}

    found = figures(rankings, judged(grades))

    # q1: 1/log2(3), 1/2, 1, 1; q2: (1/log2(5)) / (1 + 1/log2(3)), 1/4, 1/2, 0.
    assert (found.queries, found.mrr, found.recall, found.success) == (2, 0.375, 0.75, 0.5)
    assert found.ndcg == pytest.approx(
        (0.6309297535714575 + 0.4306765580733931 / 1.6309297535714575) / 2
    )


@pytest.mark.parametrize("rankings", [{}, {"q3": "a"}, {"unjudged": "a"}])
def test_figures_of_no_judged_query_are_nothing(rankings: Mapping[str, str]) -> None:
    assert figures(rankings, judged({"q3": {"a": 0}})) == Figures(0.0, 0.0, 0.0, 0.0, 0)


def test_read_concepts_reads_labels_with_the_preferred_one_first(tmp_path: Path) -> None:
    lines = [
        {
            "slug": "cad", "broader": ["design", "it"],
            "label_kk": "АЖЖ", "label_ru": "САПР", "label_en": "CAD",
            "alt_kk": [], "alt_ru": ["черчение", "чертёж"], "alt_en": ["drafting"],
        },
        {
            "slug": "it", "broader": [],
            "label_kk": "Ақпарат", "label_ru": "Информатика", "label_en": "Informatics",
            "alt_kk": ["АТ"], "alt_ru": [], "alt_en": [],
        },
    ]  # fmt: skip
    (tmp_path / "technologies.jsonl").write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8"
    )

    assert read_concepts(tmp_path) == [
        Concept(
            "cad",
            {"kk": ("АЖЖ",), "ru": ("САПР", "черчение", "чертёж"), "en": ("CAD", "drafting")},
            ("design", "it"),
        ),
        Concept("it", {"kk": ("Ақпарат", "АТ"), "ru": ("Информатика",), "en": ("Informatics",)}),
    ]
