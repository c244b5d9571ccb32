"""A small world to search in: a hashing encoder, a vocabulary, documents in three languages."""

import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

# Compiled at its first import: not within a test's time.
import index.kernels
from index.analysis import words
from index.contents import LanguageData
from index.dictionaries import Dictionaries
from index.documents import Concept, Document, Text
from index.encoder import SharedEncoder
from index.glossary import Glossary
from index.memory import MemoryCache
from index.search_index import SearchIndex

Floats = NDArray[np.float32]


class HashingEncoder:
    """Texts are near when they share words; counts what it was asked. Implements Encoder."""

    dimension = 16

    def __init__(self, model: str = "hashing-16") -> None:
        self.model = model
        self.queries: list[str] = []
        self.documents: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        self.queries += texts
        return self.vectors(texts)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        self.documents += texts
        return self.vectors(texts)

    @classmethod
    def vectors(cls, texts: Sequence[str]) -> Floats:
        return np.stack([cls._vector(text) for text in texts])

    @classmethod
    def _vector(cls, text: str) -> Floats:
        seeds = [zlib.crc32(word.encode("utf-8", "replace")) for word in words(text)] or [0]
        parts = [np.random.default_rng(seed).standard_normal(cls.dimension) for seed in seeds]
        total = np.sum(parts, axis=0)
        vector: Floats = (total / np.linalg.norm(total)).astype(np.float32)
        return vector


CONCEPTS = (
    Concept("digital", {"ru": ("Цифровые технологии",), "en": ("Digital technology",)}),
    Concept(
        "robotics",
        {"kk": ("Робототехника",), "ru": ("Робототехника",), "en": ("Robotics", "robots")},
        ("digital",),
    ),
    Concept(
        "machine-learning",
        {
            "kk": ("Машиналық оқыту", "ЖИ"),
            "ru": ("Машинное обучение", "ИИ"),
            "en": ("Machine learning", "AI"),
        },
        ("digital",),
    ),
    Concept(
        "computer-vision",
        {"kk": ("Компьютерлік көру",), "ru": ("Компьютерное зрение",), "en": ("Computer vision",)},
        ("machine-learning",),
    ),
    Concept("greenhouse", {"kk": ("Жылыжай",), "ru": ("Теплица",), "en": ("Greenhouse",)}),
    Concept("welding", {"kk": ("Дәнекерлеу",), "ru": ("Сварка",), "en": ("Welding",)}),
    Concept("sewing", {"kk": ("Тігін өндірісі",), "ru": ("Швейное дело",), "en": ("Sewing",)}),
)


def document(
    code: str,
    *texts: tuple[str, str, str],
    concepts: tuple[str, ...] = (),
    college: str = "temirqol",
    hall: str = "A",
) -> Document:
    """A document from (language, title, body) triples."""
    return Document(
        code,
        tuple(Text(language, title, body=body) for language, title, body in texts),
        concepts,
        names={"temirqol": ("Колледж «Темірқол»",), "dala": ("Аграрный колледж «Жасыл дала»",)}[
            college
        ],
        facets={"technology": concepts, "college": (college,), "hall": (hall,)},
        sort_keys={"code": code.encode()},
    )


DOCUMENTS = (
    document(
        "GRHKK2",
        ("kk", "Ақылды жылыжай", "Шағын жылыжай қыста көк өсіреді, суды өзі құяды."),
        concepts=("greenhouse",),
        college="dala",
    ),
    document(
        "GRHRU3",
        ("ru", "Теплица с поливом", "Теплица поливает рассаду сама и экономит воду."),
        concepts=("greenhouse",),
        college="dala",
        hall="B",
    ),
    document(
        "RBTBE4",
        ("ru", "Робот-сортировщик мусора", "Робот узнаёт пластик и бумагу камерой."),
        ("kk", "Қоқыс сұрыптау роботы", "Робот пластик пен қағазды камерамен таниды."),
        concepts=("robotics", "computer-vision"),
    ),
    document(
        "WLDEN5",
        ("en", "Welded garden gate", "A gate welded by students from scrap steel."),
        concepts=("welding",),
        college="dala",
        hall="B",
    ),
    document(
        "SEWKK6",
        ("kk", "Ұлттық киім", "Киіз бен теріден тігілген ұлттық киім үлгілері."),
        concepts=("sewing",),
    ),
    document(
        "DSHRU7",
        ("ru", "Дашборд на Python", "Программа рисует графики успеваемости колледжа."),
        concepts=("digital",),
        hall="B",
    ),
)


@pytest.fixture(scope="session")
def language() -> LanguageData:
    """Real dictionaries, a few common Kazakh words, a glossary of two entries."""
    return LanguageData(
        Dictionaries(frozenset({"мектеп", "бала"})),
        Glossary(
            [
                {"kk": ["су"], "ru": ["вода"], "en": ["water"]},
                {"kk": ["қағаз"], "ru": ["бумага"], "en": ["paper"]},
            ]
        ),
    )


@pytest.fixture
def hashing() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def index(hashing: HashingEncoder, language: LanguageData) -> SearchIndex:
    """The small world, indexed with vectors."""
    made = SearchIndex(SharedEncoder(hashing.model, hashing), MemoryCache(), language=language)
    made.refresh(DOCUMENTS, CONCEPTS, 1)
    return made


@pytest.fixture(scope="session")
def words_index(language: LanguageData) -> SearchIndex:
    """The small world, indexed by words alone."""
    made = SearchIndex(None, MemoryCache(), language=language)
    made.refresh(DOCUMENTS, CONCEPTS, 1)
    return made
