"""Search quality on folders in BEIR format: corpus.jsonl, queries.jsonl, qrels/test.tsv.

Beside `title` and `text` a corpus line may hold `document`, with the texts by language, the
concepts, keywords, names and facets of a whole Document; `queries.jsonl` may tag its queries.
"""

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.analysis import guess_language
from index.documents import Concept, Document, Text
from index.errors import SearchError

DEPTH = 10
# A phone shows so many hits without scrolling.
FIRST = 3
_HEADER = ["query-id", "corpus-id", "score"]


class NotBeir(SearchError):
    """A folder isn't in BEIR format; the message says what is missing or wrong."""


@dataclass(frozen=True)
class JudgedSet:
    """Documents, queries by id, their tags, and grades by query and document."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]
    grades: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Figures:
    """Means over the judged queries: nDCG, reciprocal rank and recall among the first ten.

    `success` is the share of queries with a relevant document among the first three.
    """

    ndcg: float
    mrr: float
    recall: float
    success: float
    queries: int


def read_beir(folder: Path) -> JudgedSet:
    """Read a folder in BEIR format; raises NotBeir with the path and what is wrong there."""
    documents = tuple(_documents(folder / "corpus.jsonl"))
    queries, tags = {}, {}
    for line in _lines(folder / "queries.jsonl", "text"):
        queries[str(line["_id"])] = str(line["text"])
        tags[str(line["_id"])] = tuple(line.get("tags", ()))
    grades = _grades(folder / "qrels" / "test.tsv")
    return JudgedSet(folder.resolve().name, documents, queries, tags, grades)


def _grades(path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    rows = csv.reader(_text(path).splitlines(), delimiter="\t")
    if next(rows, None) != _HEADER:
        raise NotBeir(f"{path} has to begin with the line {' '.join(_HEADER)}, tabs between.")
    for row in filter(None, rows):
        try:
            query, code, score = row
            grades[query][code] = int(score)
        except ValueError as error:
            raise NotBeir(
                f"{path}, line {rows.line_num}: not a query, a code and a whole number."
            ) from error
    return dict(grades)


def _text(path: Path) -> str:
    if not path.exists():
        raise NotBeir(
            f"{path} is missing: a BEIR folder has corpus.jsonl, queries.jsonl and qrels/test.tsv."
        )
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise NotBeir(f"{path} isn't UTF-8.") from error


def _lines(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            for name in ("_id", *needed):
                value[name]
        except (ValueError, KeyError, TypeError) as error:
            fields = " and ".join(("_id", *needed))
            raise NotBeir(f"{path}, line {number}: not an object with {fields}.") from error
        if str(value["_id"]) in seen:
            raise NotBeir(f"{path}, line {number}: the _id {value['_id']} stands there twice.")
        seen.add(str(value["_id"]))
        yield value


def _documents(path: Path) -> Iterator[Document]:
    for line in _lines(path):
        try:
            yield _document(line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotBeir(f"{path}, {line['_id']}: its document isn't one: {error}.") from error


def _document(line: Mapping[str, Any]) -> Document:
    code, whole = str(line["_id"]), line.get("document")
    if whole is not None:
        return Document(
            code,
            tuple(Text(language, **parts) for language, parts in whole["texts"].items()),
            tuple(whole.get("concepts", ())),
            tuple(whole.get("keywords", ())),
            tuple(whole.get("names", ())),
            {name: tuple(values) for name, values in whole.get("facets", {}).items()},
        )
    title, text = str(line.get("title") or ""), str(line.get("text") or "")
    return Document(code, (Text(guess_language(f"{title} {text}"), title, body=text),))


def read_concepts(folder: Path) -> list[Concept]:
    """The vocabulary of a data folder (`technologies.jsonl`), read without a database."""
    concepts = []
    with (folder / "technologies.jsonl").open(encoding="utf-8") as file:
        for line in map(json.loads, file):
            labels = {
                language: (line[f"label_{language}"], *line[f"alt_{language}"])
                for language in ("kk", "ru", "en")
            }
            concepts.append(Concept(line["slug"], labels, tuple(line["broader"])))
    return concepts


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Normalized discounted cumulative gain, linear gain (Järvelin and Kekäläinen 2002).

    As trec_eval and BEIR's own evaluation compute it: gain / log2(rank + 1), divided by the same
    sum for the ideal order. 0 where nothing is relevant.
    """

    def gain(values: Sequence[int]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(values[:depth]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(code, 0) for code in ranked]) / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """1 / rank of the first relevant document, 0 if none is among the first `depth`."""
    for rank, code in enumerate(ranked[:depth], start=1):
        if grades.get(code, 0) > 0:
            return 1 / rank
    return 0.0


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Share of the relevant documents that are among the first `depth`."""
    relevant = {code for code, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranked[:depth])) / len(relevant) if relevant else 0.0


def success(ranked: Sequence[str], grades: Mapping[str, int], depth: int = FIRST) -> float:
    """1 if a relevant document is among the first `depth`, else 0."""
    return float(any(grades.get(code, 0) > 0 for code in ranked[:depth]))


def figures(rankings: Mapping[str, Sequence[str]], judged: JudgedSet) -> Figures:
    """Means over those of the given queries that have a relevant document."""
    chosen = [query for query in rankings if any(judged.grades.get(query, {}).values())]

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else 0.0

    measures = (ndcg, reciprocal_rank, recall, success)
    means = [mean([m(rankings[q], judged.grades[q]) for q in chosen]) for m in measures]
    return Figures(means[0], means[1], means[2], means[3], len(chosen))
