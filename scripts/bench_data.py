"""Texts, vectors and queries to measure speed on: the same ones in every run."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from fair import DATA
from index import Concept, Document, Encoder, Text
from index.analysis import STOP_WORDS, document_terms, guess_language, words
from index.contents import LanguageData
from index.documents import content_hash, passages
from index.evaluation import read_concepts

V = TypeVar("V")
Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Ints = NDArray[np.int64]

LANGUAGES = ("en", "ru", "kk")
# Beyond so many, a vector is that of a sentence with noise added.
SENTENCES = 25_000
# Length of the noise beside a unit vector: the cosine to the sentence's own is about 0.97, where
# two unrelated sentences have 0.8.
NOISE = 0.25
# Of all documents, those that a filter by the facets `chance` and `likeness` leaves.
SHARES = (0.5, 0.1, 0.01, 0.001)
CENTRES = ("p", "q")
# Two ways to add up the same products differ by less.
_TIE = 1e-5
_CHUNK = 1000
_BLOCK = 65_536
# With its title within one passage.
_LONGEST_BODY = 1500
# So that a million texts fit in memory beside their index.
_USUAL_UP_TO, _SHORTER_BODY = 200_000, 300
_MADE_RECORDS = 4000
_PHRASES = 28
_FREQUENT = 0.1
_SAMPLE = 4000
_SLIPS = {"typo", "kazakh-russian-letters", "wrong-layout", "latin-script", "nothing-fits"}
_KINDS = ("prototype", "programme", "craft", "service")
_HALLS = ("A", "B", "C", "D", "E")
_SPECIALTIES = 71


@dataclass(frozen=True, slots=True)
class Record:
    """What a document is made of."""

    language: str
    title: str
    sentences: tuple[str, ...]
    organization: str
    technologies: tuple[str, ...]
    category: str


@dataclass(frozen=True)
class Scale:
    """Documents at one size, with their passages' vectors as an index keeps them.

    `owner` is the place of each passage's document, `hashes` are the passages' content hashes.
    """

    documents: Sequence[Document]
    concepts: Sequence[Concept]
    vectors: Halves
    owner: Ints
    hashes: Sequence[bytes]


@dataclass(frozen=True)
class Query:
    """A query, and whether a word in it stands in more than a tenth of the texts."""

    text: str
    frequent: bool


class Vectors:
    """Encodes texts once and keeps the vectors in a folder, a file for each thousand.

    A file is named by what was encoded and by whose model, so that a changed corpus is encoded
    anew and a killed run goes on where it was. `open_encoder` is called if something is missing.
    """

    def __init__(self, folder: Path, model: str, open_encoder: Callable[[], Encoder]) -> None:
        self._folder, self._model, self._open = folder, model, open_encoder

    @cached_property
    def _encoder(self) -> Encoder:
        return self._open()

    def documents(self, texts: Sequence[str]) -> Halves:
        """Vectors of passages, in half precision as an index keeps them."""
        return self._all("passages", texts, lambda some: self._encoder.encode_documents(some))

    def queries(self, texts: Sequence[str]) -> Floats:
        """Vectors of queries."""
        found = self._all("queries", texts, lambda some: self._encoder.encode_queries(some))
        return found.astype(np.float32)

    def topics(self, language: LanguageData) -> dict[str, Floats]:
        """Vectors of the topics elsewhere, which every query is held against."""
        topics = list(dict.fromkeys(language.elsewhere))
        return dict(zip(topics, self.queries(topics), strict=True)) if topics else {}

    def _all(
        self, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Floats]
    ) -> Halves:
        self._folder.mkdir(parents=True, exist_ok=True)
        chunks = [texts[i : i + _CHUNK] for i in range(0, len(texts), _CHUNK)]
        bar = tqdm(total=len(texts), desc=f"encoding {kind}", unit=" texts", disable=None)
        found = []
        with bar:
            for chunk in chunks:
                path = self._folder / f"{kind}-{self._key(chunk)}.npy"
                if not path.exists():
                    # In small batches, of like length: padding is computed too.
                    order = sorted(range(len(chunk)), key=lambda i: len(chunk[i]))
                    vectors: list[Floats] = []
                    for start in range(0, len(order), 8):
                        batch = order[start : start + 8]
                        vectors.extend(encode([chunk[i] for i in batch]))
                        bar.update(len(batch))
                    inverse = np.argsort(order)
                    made = path.with_suffix(".part.npy")
                    np.save(made, np.stack(vectors)[inverse].astype(np.float16))
                    made.replace(path)
                else:
                    bar.update(len(chunk))
                found.append(np.load(path, allow_pickle=False))
        return np.concatenate(found)

    def _key(self, texts: Sequence[str]) -> str:
        digest = hashlib.blake2b(self._model.encode(), digest_size=12)
        for text in texts:
            digest.update(content_hash(text))
        return digest.hexdigest()


class KnownVectors:
    """An encoder that looks vectors up. Implements Encoder.

    A query that was lengthened by what it names keeps its vector; one that was corrected gets that
    of another query, always the same, as a technology's name does. `topics` are encoded like
    queries, and no query gets the vector of one. `last` is the vector given last. `new_documents` encodes
    passages that nobody has encoded before.
    """

    def __init__(
        self, model: str, vectors: Mapping[str, Floats], topics: Mapping[str, Floats] | None = None
    ) -> None:
        self.model = model
        self._vectors, self._all = {**(topics or {}), **vectors}, list(vectors.values())
        self.dimension = len(self._all[0])
        self.new_documents: Encoder | None = None
        self.encoded = 0
        self.last: Floats | None = None

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        found = np.stack([self._vector(text) for text in texts])
        self.last = found[-1]
        return found

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        self.encoded += len(texts)
        if self.new_documents is not None:
            return self.new_documents.encode_documents(texts)
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Floats:
        beginning = text
        while beginning:
            if (known := self._vectors.get(beginning)) is not None:
                return known
            beginning = beginning.rpartition(" ")[0]
        return self._all[_number(text) % len(self._all)]


class KnownPassages:
    """A vector cache over an array. Implements VectorCache."""

    def __init__(self, hashes: Sequence[bytes], vectors: Halves) -> None:
        self._row = {one: row for row, one in enumerate(hashes)}
        self._vectors = vectors
        self._more: dict[bytes, Halves] = {}

    def get_many(self, hashes: Sequence[bytes], model: str) -> Mapping[bytes, Halves]:
        found = {h: self._vectors[self._row[h]] for h in hashes if h in self._row}
        return found | {h: self._more[h] for h in hashes if h in self._more}

    def put_many(self, model: str, vectors: Mapping[bytes, Halves]) -> None:
        self._more.update(vectors)


def read_records(path: Path) -> list[Record]:
    """Records of a JSON Lines file with title, description, organization, technologies, category."""
    records = []
    with path.open(encoding="utf-8") as file:
        for line in map(json.loads, file):
            body = str(line["description"])[:_LONGEST_BODY]
            title = str(line["title"])
            records.append(
                Record(
                    guess_language(f"{title} {body}"), title, tuple(_sentences(body)) or (title,),
                    str(line["organization"]), tuple(map(str, line["technologies"])),
                    str(line["category"]),
                )
            )  # fmt: skip
    return records


def made_records(count: int = _MADE_RECORDS) -> list[Record]:
    """Records of the words in data/, a third of them in each language."""
    phrases = _phrases()
    concepts = [concept.slug for concept in read_concepts(DATA)]
    rng = np.random.default_rng(1)
    records = []
    for number in range(count):
        language = LANGUAGES[number % 3]
        title, *sentences = _made_text(rng, phrases[language])
        tagged = tuple(concepts[i] for i in rng.choice(len(concepts), 4, replace=False))
        organization = f"College {rng.integers(200)}"
        category = f"Field {rng.integers(12)}"
        records.append(Record(language, title, tuple(sentences), organization, tagged, category))
    return records


class Material:
    """Records, with the vectors of their sentences: documents of any number are made of them."""

    def __init__(self, records: Sequence[Record], vectors: Vectors) -> None:
        self.records, self.vectors = records, vectors
        self._sentences: list[str] = []
        self._rows: list[list[int]] = [[] for _ in records]
        # All first sentences, then all second ones: however few are encoded, most records have one.
        for position in range(3):
            for number, record in enumerate(records):
                if position < len(record.sentences) and len(self._sentences) < SENTENCES:
                    self._rows[number].append(len(self._sentences))
                    self._sentences.append(record.sentences[position])
        self._known: dict[int, Halves] = {}
        self._phrases = _phrases()
        self._pool = [sentence for record in records for sentence in record.sentences]

    def _sentence_vectors(self, rows: Ints) -> Halves:
        """Vectors of the given sentences; whole thousands are encoded."""
        for chunk in np.unique(rows // _CHUNK).tolist():
            if chunk not in self._known:
                texts = self._sentences[chunk * _CHUNK : (chunk + 1) * _CHUNK]
                self._known[chunk] = self.vectors.documents(texts)
        dimension = next(iter(self._known.values())).shape[1]
        found = np.empty((len(rows), dimension), np.float16)
        for chunk, known in self._known.items():
            of_chunk = np.flatnonzero(rows // _CHUNK == chunk)
            found[of_chunk] = known[rows[of_chunk] % _CHUNK]
        return found

    def scale(self, size: int, passage_count: int) -> Scale:
        """`size` documents with `passage_count` passages, at most three each.

        The first are the records themselves; the others shuffle sentences and titles of records.
        A second and a third passage are a text in another language, of the words in data/.
        """
        if not size <= passage_count <= 3 * size:
            raise ValueError(f"{size} documents have {size} to {3 * size} passages.")
        rng = np.random.default_rng(size)
        room = _LONGEST_BODY if size <= _USUAL_UP_TO else _SHORTER_BODY
        first = np.arange(size + 1) * passage_count // size
        owner = np.repeat(np.arange(size), np.diff(first))
        source = rng.integers(len(self.records), size=size)
        source[: len(self.records)] = np.arange(min(size, len(self.records)))
        vectors = self._passage_vectors(rng, source, first)
        chance = [_nested(rng.random(size), "")]
        likeness = [
            _nested(_place(-(vectors[first[:-1]].astype(np.float32) @ centre)) / size, name)
            for name, centre in zip(CENTRES, self._centres(rng, vectors), strict=True)
        ]
        documents, hashes = [], []
        for place in range(size):
            record = self.records[source[place]]
            if place >= len(self.records):
                record = self._shuffled(rng, record, room)
            count = int(first[place + 1] - first[place])
            texts = tuple(self._texts(rng, record, count))
            hashes += [content_hash(part) for text in texts for part in passages(text)]
            facets = {
                "chance": _together(chance, place), "likeness": _together(likeness, place),
            }  # fmt: skip
            documents.append(_document(place, record, texts, facets))
        if len(hashes) != passage_count:
            raise ValueError(f"{len(hashes)} passages were made instead of {passage_count}.")
        return Scale(documents, self._concepts, _agreeing(vectors, hashes), owner, hashes)

    @cached_property
    def _concepts(self) -> list[Concept]:
        """The vocabulary of data/ and the technologies of the records that it lacks."""
        concepts = read_concepts(DATA)
        known = {concept.slug for concept in concepts}
        labels = {slug(name): name for record in self.records for name in record.technologies}
        more = [Concept(one, {"en": (labels[one],)}) for one in sorted(labels.keys() - known)]
        return [*concepts, *more]

    def _passage_vectors(self, rng: np.random.Generator, source: Ints, first: Ints) -> Halves:
        rows, noisy = [], []
        for place, number in enumerate(source.tolist()):
            own = self._rows[number] or self._rows[0]
            for position in range(first[place + 1] - first[place]):
                rows.append(own[position % len(own)])
                noisy.append(place >= len(self.records) or position >= len(own))
        vectors = self._sentence_vectors(np.array(rows, np.int64))
        changed = np.flatnonzero(noisy)
        scale = NOISE / np.sqrt(vectors.shape[1])
        for start in range(0, len(changed), _BLOCK):
            block = changed[start : start + _BLOCK]
            moved = vectors[block].astype(np.float32)
            moved += scale * rng.standard_normal(moved.shape, dtype=np.float32)
            vectors[block] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return vectors

    def _centres(self, rng: np.random.Generator, vectors: Halves) -> Iterator[Floats]:
        for row in rng.integers(len(vectors), size=len(CENTRES)):
            yield vectors[row].astype(np.float32)

    def _shuffled(self, rng: np.random.Generator, record: Record, room: int) -> Record:
        """Another record of the same organization: title and sentences from anywhere."""
        other = _any(rng, self.records)
        title, tail = record.title.split(), other.title.split()
        title = title[: len(title) // 2 + 1] + tail[len(tail) // 2 :]
        drawn = [self._pool[i] for i in rng.integers(len(self._pool), size=len(other.sentences))]
        sentences = _within(drawn, room)
        return Record(
            record.language, " ".join(title), sentences, record.organization,
            record.technologies, record.category,
        )  # fmt: skip

    def _texts(self, rng: np.random.Generator, record: Record, count: int) -> Iterator[Text]:
        yield Text(record.language, record.title, body=" ".join(record.sentences))
        others = [language for language in LANGUAGES if language != record.language]
        for language in others[: count - 1]:
            title, *sentences = _made_text(rng, self._phrases[language])
            yield Text(language, title, body=" ".join(sentences))


def _document(
    place: int, record: Record, texts: tuple[Text, ...], facets: Mapping[str, tuple[str, ...]]
) -> Document:
    technologies = tuple(dict.fromkeys(map(slug, record.technologies)))
    college = slug(record.organization)
    number = int.from_bytes(hashlib.blake2b(college.encode(), digest_size=4).digest(), "big")
    title, name = texts[0].title.casefold().encode(), college.encode()
    keys = {f"{key}_{language}": value for language in LANGUAGES
            for key, value in (("title", title), ("college", name))}  # fmt: skip
    return Document(
        f"D{place:07d}", texts, technologies, names=(record.organization,),
        facets={
            "technology": technologies, "college": (college,), "field": (slug(record.category),),
            "specialty": (f"specialty-{number % _SPECIALTIES}",),
            "kind": (_KINDS[place % len(_KINDS)],), "hall": (_HALLS[number % len(_HALLS)],),
            **facets,
        },
        sort_keys=keys,
    )  # fmt: skip


@cache
def slug(name: str) -> str:
    """A name as it stands in an address: letters, digits and hyphens."""
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-") or "none"


def _any(rng: np.random.Generator, choice: Sequence[V]) -> V:
    """One of them; numpy's own choice copies a list at every call."""
    return choice[int(rng.integers(len(choice)))]


def _sentences(body: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.!?…])\s+|\n+", body):
        if stripped := sentence.strip():
            yield stripped


def _within(sentences: Sequence[str], room: int) -> tuple[str, ...]:
    """As many of the first sentences as there is room for, at least one."""
    kept: list[str] = []
    for sentence in sentences:
        room -= len(sentence) + 1
        if room < 0 and kept:
            break
        kept.append(sentence)
    return tuple(kept)


def _agreeing(vectors: Halves, hashes: Sequence[bytes]) -> Halves:
    """The vectors, passages of one text having the same."""
    row_of: dict[bytes, int] = {}
    rows = [row_of.setdefault(one, row) for row, one in enumerate(hashes)]
    return vectors if len(row_of) == len(rows) else vectors[rows]


def _place(values: Floats) -> Floats:
    """Each value's place when they are sorted."""
    places = np.empty(len(values), np.float32)
    places[np.argsort(values, kind="stable")] = np.arange(len(values))
    return places


def filter_value(share: float, centre: str = "") -> str:
    """The value of `chance`, or of `likeness` about a centre, that a share of the documents has."""
    return f"{centre}{share * 100:g}%"


def _nested(position: NDArray[Any], centre: str) -> tuple[list[tuple[str, ...]], Ints]:
    """(the tuples of values, the number of the tuple for each document)."""
    values = [filter_value(share, centre) for share in SHARES]
    depth = sum((position < share).astype(np.int64) for share in SHARES)
    return [tuple(values[:n]) for n in range(len(values) + 1)], np.asarray(depth)


def _together(parts: Sequence[tuple[list[tuple[str, ...]], Ints]], place: int) -> tuple[str, ...]:
    return tuple(value for tuples, depth in parts for value in tuples[depth[place]])


def _phrases() -> dict[str, list[str]]:
    """Phrases by language, from the glossary and the vocabulary in data/."""
    found: dict[str, dict[str, None]] = {language: {} for language in LANGUAGES}
    with (DATA / "glossary.jsonl").open(encoding="utf-8") as file:
        entries = [json.loads(line) for line in file if line.strip()]
    for entry in [*entries, *(concept.labels for concept in read_concepts(DATA))]:
        for language in LANGUAGES:
            found[language].update(dict.fromkeys(entry.get(language, ())))
    return {language: list(phrases) for language, phrases in found.items()}


def _made_text(rng: np.random.Generator, phrases: Sequence[str]) -> list[str]:
    """A title and sentences of phrases, the first phrases oftener, as words are in any language."""
    places = (len(phrases) * rng.random(_PHRASES) ** 2).astype(np.int64)
    drawn = [phrases[i] for i in places.tolist()]
    sentences = [" ".join(drawn[i : i + 4]) for i in range(4, len(drawn), 4)]
    return [" ".join(drawn[:3]), *(f"{one[:1].upper()}{one[1:]}." for one in sentences)]


def frequent_words(documents: Sequence[Document], share: float = _FREQUENT) -> dict[str, list[str]]:
    """Words by language, in the commonest form, that stand in more than a share of all texts."""
    chosen = documents[:: max(len(documents) // _SAMPLE, 1)]
    count = sum(len(document.texts) for document in chosen)
    texts: Counter[tuple[str, str]] = Counter()
    forms: dict[tuple[str, str], Counter[str]] = {}
    for text in (text for document in chosen for text in document.texts):
        seen = set()
        for word in words(f"{text.title} {text.body}"):
            if len(word) > 3 and word.isalpha() and word not in STOP_WORDS:
                term = text.language, document_terms(word, text.language)[0]
                forms.setdefault(term, Counter())[word] += 1
                seen.add(term)
        texts.update(seen)
    found: dict[str, list[str]] = {}
    for term, standing in sorted(texts.items(), key=lambda one: (-one[1], one[0])):
        if standing > share * count:
            found.setdefault(term[0], []).append(forms[term].most_common(1)[0][0])
    return found


def short_queries(
    count: int,
    frequent: Mapping[str, Sequence[str]],
    *,
    without: Collection[str] = (),
    seed: int = 0,
) -> list[Query]:
    """Different queries of two to six words, the languages in turn; every other one holds a
    frequent word, of its own language or, where that has none, of any.

    The judged ones of data/ come first, then pairs of phrases from glossary and vocabulary.
    `without` are queries not to be made.
    """
    rng = np.random.default_rng(seed)
    phrases, judged = _phrases(), _judged_queries()
    for language in LANGUAGES:
        rng.shuffle(judged[language])
    anywhere = [word for found in frequent.values() for word in found]
    made: dict[str, Query] = {}
    seen = set(without)
    turn = 0
    while len(made) < count:
        language = LANGUAGES[turn % 3]
        common = bool(anywhere) and turn // 3 % 2 == 0
        own = judged[language]
        text = (
            own.pop() if own else f"{_any(rng, phrases[language])} {_any(rng, phrases[language])}"
        )
        found = text.casefold().split()[: 5 if common else 6]
        if common:
            of_language = frequent.get(language) or anywhere
            found.append(_any(rng, of_language))
        text = " ".join(found)
        if len(found) >= 2 and text not in seen:
            seen.add(text)
            made[text] = Query(text, common)
            turn += 1
    return list(made.values())


def slips(documents: Sequence[Document], count: int, seed: int = 0) -> list[str]:
    """Different queries of two words from texts and vocabulary, a letter lost or two swapped."""
    rng = np.random.default_rng(seed)
    known: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for language, phrases in _phrases().items():
        known[language] = sorted({word for one in phrases for word in words(one) if len(word) > 5})
    own = Counter(
        word
        for document in documents[:_SAMPLE]
        for text in document.texts
        for word in set(words(text.title))
        if text.language == "en" and len(word) > 5 and word.isalpha()
    )
    known["en"] = sorted(word for word, number in own.items() if number > 1) or known["en"]
    made: dict[str, None] = {}
    while len(made) < count:
        language = LANGUAGES[len(made) % 3]
        good, bad = _any(rng, known[language]), _any(rng, known[language])
        at = int(rng.integers(1, len(bad) - 2))
        if rng.random() < 0.5:
            bad = bad[:at] + bad[at + 1 :]
        else:
            bad = bad[:at] + bad[at + 1] + bad[at] + bad[at + 2 :]
        if bad not in known[language]:
            made[f"{good} {bad}"] = None
    return list(made)


def _judged_queries() -> dict[str, list[str]]:
    """By language, without those that are mistyped or that nothing fits."""
    found: dict[str, dict[str, None]] = {language: {} for language in LANGUAGES}
    for name in ("judged", "judged_titles"):
        with (DATA / name / "queries.jsonl").open(encoding="utf-8") as file:
            for line in map(json.loads, file):
                language = next((tag for tag in line["tags"] if tag in LANGUAGES), None)
                if language and _SLIPS.isdisjoint(line["tags"]):
                    found[language][line["text"]] = None
    return {language: list(texts) for language, texts in found.items()}


def nearest(
    vectors: Halves | Floats, owner: Ints, queries: Floats, count: int
) -> Iterator[tuple[Ints, Floats]]:
    """Brute force: for each query the documents (all, nearest first) and their similarities.

    A document is as near as its nearest passage; of equally near ones the first comes first.
    At most `count` are given.
    """
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    for start in range(0, len(queries), 32):
        some = queries[start : start + 32]
        similarities = np.concatenate(
            [
                vectors[i : i + _BLOCK].astype(np.float32) @ some.T
                for i in range(0, len(vectors), _BLOCK)
            ]
        )
        for best in np.maximum.reduceat(similarities, starts, axis=0).T:
            order = np.argsort(-best, kind="stable")[:count]
            yield order, best[order]


def recall(found: Sequence[int], order: Ints, similarities: Floats, count: int) -> float:
    """Share of the `count` nearest that were found, given all in their order, as `nearest` does.

    Those as near as the last of them count alike: texts that are equal have one vector.
    """
    edge = similarities[count - 1] - _TIE
    good = set(order[: int(np.searchsorted(-similarities, -edge, side="right"))].tolist())
    return len(good.intersection(found[:count])) / count


def in_one_language(document: Document) -> Document:
    """The document with all of its texts called English.

    Similarities count against their language's usual one; so ours orders as brute force does.
    """
    return replace(document, texts=tuple(replace(text, language="en") for text in document.texts))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).digest())
