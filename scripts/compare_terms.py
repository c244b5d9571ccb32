"""Compare ways of cutting words into terms: nDCG@10 of words alone, and of words with meaning."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import sparse

from catalog.settings import Settings
from index import Backend, SharedEncoder
from index.analysis import STOP_WORDS, document_terms, guess_language, spelled, words
from index.encoder import model_name, open_encoder
from index.evaluation import JudgedSet, figures, read_beir
from index.fusion import WORDS_WEIGHT
from index.words import LENGTH_PENALTY, SATURATION, TITLE_WEIGHT
from scripts.edge import sentences

Terms = Callable[[str, str], Sequence[str]]
Scores = NDArray[np.float64]

_HUNSPELL = Path("/usr/share/hunspell/kk_KZ")
_LANGUAGES = ("kk", "ru", "en")


def _raw(word: str, language: str) -> Sequence[str]:
    return (spelled(word),)


def _first_letters(count: int) -> Terms:
    return lambda word, language: ("^" + spelled(word)[:count],)


def _stem(word: str, language: str) -> Sequence[str]:
    return document_terms(word, language)


def _windows(count: int) -> Terms:
    def cut(word: str, language: str) -> Sequence[str]:
        edged = f"_{spelled(word)}_"
        return [edged[i : i + count] for i in range(max(len(edged) - count, 0) + 1)]

    return cut


def _both(first: Terms, second: Terms) -> Terms:
    return lambda word, language: (*first(word, language), *second(word, language))


def _hunspell(dictionary: Path) -> Terms:
    """Stems by Hunspell's Kazakh dictionary; other languages, and words it lacks, by ours."""
    from spylls.hunspell import Dictionary  # type: ignore[import-untyped]  # for this alone

    found = Dictionary.from_files(str(dictionary))

    @cache
    def stems(word: str) -> tuple[str, ...]:
        forms = found.lookuper.good_forms(word, allow_nosuggest=True)
        return tuple(dict.fromkeys(spelled(form.stem) for form in forms))

    def cut(word: str, language: str) -> Sequence[str]:
        own = stems(word)[:1] if language == "kk" else ()
        return own or document_terms(word, language)

    return cut


def schemes(dictionary: Path) -> dict[str, Terms]:
    """Every way that is compared, by its name; Hunspell's only where its dictionary is."""
    pieces = _windows(5)
    found: dict[str, Terms] = {
        "raw words": _raw,
        "first 5 letters": _first_letters(5),
        "stems": _stem,
        "stems, first 4 letters": _both(_stem, _first_letters(4)),
        "stems, first 5 letters": _both(_stem, _first_letters(5)),
        "stems, first 6 letters": _both(_stem, _first_letters(6)),
        "pieces of 3 letters": _windows(3),
        "pieces of 4 letters": _windows(4),
        "pieces of 5 letters": pieces,
        "stems, pieces of 5 letters": _both(_stem, pieces),
        "stems, first 5 letters, pieces": _both(_both(_stem, _first_letters(5)), pieces),
    }
    if dictionary.with_suffix(".dic").exists():
        hunspell = _hunspell(dictionary)
        found["hunspell"] = hunspell
        found["hunspell, first 5 letters"] = _both(hunspell, _first_letters(5))
    return found


def word_scores(judged: JudgedSet, terms: Terms) -> Scores:
    """BM25 over terms divided by the query's rarity: a line a query, a column a document.

    A query's words are read as words of the language its letters tell.
    """
    ids: dict[str, int] = {}

    def counted(text: str, language: str, weight: float, into: dict[int, float]) -> None:
        for word in words(text):
            for term in terms(word, language):
                place = ids.setdefault(term, len(ids))
                into[place] = into.get(place, 0.0) + weight

    rows: list[dict[int, float]] = []
    for document in judged.documents:
        row: dict[int, float] = {}
        for text in document.texts:
            counted(text.title, text.language, TITLE_WEIGHT, row)
            counted(f"{text.summary}\n{text.body}", text.language, 1.0, row)
        rows.append(row)
    asked: list[dict[int, float]] = []
    for query in judged.queries.values():
        kept = [word for word in words(query) if word not in STOP_WORDS] or words(query)
        row = {}
        counted(" ".join(dict.fromkeys(kept)), guess_language(query), 1.0, row)
        asked.append(row)
    matrix, queries = _matrix(rows, len(ids)), _matrix(asked, len(ids))
    lengths = np.asarray(matrix.sum(axis=1)).ravel()
    shrink = 1 - LENGTH_PENALTY + LENGTH_PENALTY * lengths / max(lengths.mean(), 1.0)
    having = np.bincount(matrix.indices, minlength=len(ids))
    rarity = np.log(1 + (len(rows) - having + 0.5) / (having + 0.5))
    matrix.data /= matrix.data + SATURATION * np.repeat(shrink, np.diff(matrix.indptr))
    queries.data = rarity[queries.indices]
    total = np.asarray(queries.sum(axis=1)).ravel()
    scores: Scores = (queries @ matrix.T).toarray() / np.maximum(total, 1e-6)[:, None]
    return scores


def _matrix(rows: Sequence[dict[int, float]], terms: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = [term for row in rows for term in row]
    data = np.array([count for row in rows for count in row.values()])
    return sparse.csr_matrix((data, columns, ends), shape=(len(rows), terms))


def nearness(judged: JudgedSet, encoder: SharedEncoder) -> Scores:
    """Standardized similarity of each query (line) to each document's nearest passage (column)."""
    from index import kernels
    from index.documents import passages
    from index.vectors import VectorIndex

    stretches = [
        (place, _LANGUAGES.index(text.language), passage)
        for place, document in enumerate(judged.documents)
        for text in document.texts
        for passage in passages(text)
    ]
    owners = np.array([owner for owner, _, _ in stretches], np.int32)
    vectors: dict[int, NDArray[np.float32]] = dict(
        encoder.encode_documents([passage for _, _, passage in stretches])
    )
    stacked = np.stack([vectors[i] for i in range(len(stretches))]).astype(np.float16)
    index = VectorIndex(stacked, np.array([group for _, group, _ in stretches], np.int32))
    starts = np.searchsorted(owners, np.arange(len(judged.documents) + 1))
    present = np.ones(len(judged.documents), bool)
    found = np.empty((len(judged.queries), len(judged.documents)), np.float32)
    for line, text in enumerate(judged.queries.values()):
        similar = index.similarities(encoder.encode_query(text))
        usual = index.typical(similar)
        kernels.standardize(
            similar, index.groups, starts, present, usual.means, usual.deviation, found[line]
        )
    return found.astype(np.float64)


def ndcg(judged: JudgedSet, scores: Scores) -> float:
    """nDCG@10 of the documents in the order of their scores."""
    codes = [document.code for document in judged.documents]
    order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    ranked = {
        query: [codes[place] for place in line]
        for query, line in zip(judged.queries, order, strict=True)
    }
    return round(figures(ranked, judged).ndcg, 4)


@sentences()
def main(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="BEIR folders.")],
    dictionary: Annotated[
        Path, typer.Option(help="Hunspell's Kazakh dictionary without its ending.")
    ] = _HUNSPELL,
    words_only: Annotated[bool, typer.Option("--words-only", help="Without meaning.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON line a scheme and set.")
    ] = False,
) -> None:
    """nDCG@10 of BM25 over terms cut in different ways, alone and added to meaning.

    Plain BM25 without vocabulary, glossary or corrections, so that only the terms differ; meaning
    is added as the search adds it, without the share of the query. Every document is ranked.
    """
    sets = [read_beir(folder) for folder in folders]
    settings = Settings()
    near: dict[str, Scores] = {}
    if not words_only:
        wanted = settings.encoder_backend
        engine = open_encoder(settings.model, Backend(wanted) if wanted else None, settings.home)
        encoder = SharedEncoder(model_name(settings.model), engine)
        near = {judged.name: nearness(judged, encoder) for judged in sets}
    lines: list[dict[str, object]] = []
    for name, terms in schemes(dictionary).items():
        for judged in sets:
            scores = word_scores(judged, terms)
            line: dict[str, object] = {"terms": name, "set": judged.name}
            line["words"] = ndcg(judged, scores)
            if judged.name in near:
                line["hybrid"] = ndcg(judged, near[judged.name] + WORDS_WEIGHT * scores)
            lines.append(line)
    if as_json:
        for line in lines:
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    table = Table("terms", *(judged.name for judged in sets))
    for name in dict.fromkeys(str(line["terms"]) for line in lines):
        own = [line for line in lines if line["terms"] == name]
        cells = (f"{line['words']:.4f} {line.get('hybrid', '')}".strip() for line in own)
        table.add_row(name, *cells)
    Console(width=160).print(table)


if __name__ == "__main__":
    typer.run(main)
