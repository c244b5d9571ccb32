"""Text to terms: what two words must share to count as the same word.

Everything is folded first (Unicode NFKC, case, ё→е, Kazakh letters to the Russian ones they are
typed with), so that a term has one spelling whichever keyboard it came from. Stems are cut by
language: Snowball for Russian and English, for Kazakh the suffix stripper of `kazakh.py`.
"""

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from index.kazakh import KAZAKH_LETTERS, kazakh_stem

# Letters that Kazakh has and Russian lacks, as they are typed on a Russian keyboard.
_KAZAKH_TO_RUSSIAN = str.maketrans("қғңөұүіәһ", "кгноууиах")
_FOLD = str.maketrans({"ё": "е", "’": "'", "ʼ": "'", "`": "'", "\u00ad": None, "\u0301": None})
_WORD = re.compile(r"[^\W_]+(?:[+#]+|'[^\W_]+)?")
# In a text as given, accents and soft hyphens may still stand between the letters.
_SPAN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad])*(?:[+#]+|['’ʼ][^\W_]+)?")
# A century's number is typed in Latin letters, in Cyrillic ones, or in both: XIX, ХІХ, XІX.
_ROMAN = re.compile(r"(?=.*[xхv])[xхviи]+")
_ROMAN_LETTERS = str.maketrans("хи", "xi")
_CYRILLIC = re.compile(r"[а-яёқғңөұүіәһ]")
_LATIN = re.compile(r"[a-z]")

# Words that carry no meaning of their own in a query: they neither need to be found nor count.
# Those that ask hardly stand in answers, and would pass for the rarest of the query.
STOP_WORDS = frozenset(
    """
    и в во на с со к по за из от до о об у для при не ни же ли бы как что это кто где или а но
    какой какая какое какие каких какую каком когда сколько чем чего кого кому кем почему зачем
    куда откуда который которая которое которые которого есть был была было были
    мен пен бен және немесе үшін де да бұл сол қалай қандай не кім қай туралы арқылы бойынша
    қанша қашан неше нені неге қайда қайсы кімнің кімді ма ме ба бе па пе деп бар болып табылады арналған
    the a an of in on at to for and or with by from is are be as how what which who its that this
    when where why whose whom does did do was were has have had
    """.split()
)

_stemmers = threading.local()


def fold(text: str) -> str:
    """Text in lower case and one Unicode form, ё as е; Kazakh letters stay."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)


def russian_letters(folded: str) -> str:
    """Folded text with the Kazakh letters replaced as on a Russian keyboard."""
    return folded.translate(_KAZAKH_TO_RUSSIAN)


def spelled(word: str) -> str:
    """The one spelling of a folded word: in Russian letters, Roman numerals in Latin ones."""
    russian = russian_letters(word)
    return russian.translate(_ROMAN_LETTERS) if _ROMAN.fullmatch(russian) else russian


def words(text: str) -> list[str]:
    """The folded words of a text in order, Kazakh letters kept."""
    return _WORD.findall(fold(text))


def word_spans(text: str) -> list[tuple[int, int, str]]:
    """(start, end, folded word) for each word, positions in the text as given."""
    return [(m.start(), m.end(), _fold_word(m.group())) for m in _SPAN.finditer(text)]


# Cards repeat their words from one search to the next.
@lru_cache(maxsize=50_000)
def _fold_word(word: str) -> str:
    return fold(word)


def guess_language(text: str) -> str:
    """`kk`, `ru` or `en` by the letters of a text."""
    folded = text.casefold()
    cyrillic = len(_CYRILLIC.findall(folded))
    if len(_LATIN.findall(folded)) > cyrillic:
        return "en"
    kazakh = sum(letter in KAZAKH_LETTERS for letter in folded)
    # Running Kazakh text has about a fifth of its letters from the Kazakh ones.
    return "kk" if kazakh * 20 > cyrillic else "ru"


def document_terms(text: str, language: str) -> list[str]:
    """One term a word, for a text whose language is known."""
    return [word_term(word, language) for word in words(text)]


# Names of the glossary and labels of the vocabulary, which one query after another meets.
@lru_cache(maxsize=50_000)
def name_terms(name: str, language: str) -> tuple[str, ...]:
    """As `document_terms`, for a name that is asked for again and again."""
    return tuple(document_terms(name, language))


def query_terms(word: str) -> tuple[str, ...]:
    """The terms under which a folded query word may stand in documents, likeliest first.

    The language of one word isn't known: a Cyrillic word is taken as Russian and as Kazakh.
    """
    if _CYRILLIC.search(word) is None:
        return (word_term(word, "en"),)
    if not KAZAKH_LETTERS.isdisjoint(word):
        return (word_term(word, "kk"), *_others(word, "kk"))
    return tuple(dict.fromkeys((word_term(word, "ru"), word_term(word, "kk"))))


def _others(word: str, language: str) -> tuple[str, ...]:
    russian = word_term(word, "ru")
    return () if russian == word_term(word, language) else (russian,)


def word_term(word: str, language: str) -> str:
    """The term of one folded word in a language."""
    # A word is stemmed by its letters, so that it is read once for several languages.
    if word.isascii():
        return _word_term(word, "en")
    return _word_term(word, "ru" if language == "en" else language)


@lru_cache(maxsize=200_000)
def _word_term(word: str, language: str) -> str:
    base = spelled(word)
    if _CYRILLIC.search(base) is None:
        stem = _snowball("english").stemWord(base.replace("'s", ""))
    elif language == "kk":
        stem = kazakh_stem(base)
    else:
        stem = _snowball("russian").stemWord(base)
    # An abbreviation is no inflected word: «ИИ» must not become «и».
    return str(stem) if len(stem) > 2 else base


def _snowball(language: str):  # type: ignore[no-untyped-def]  # PyStemmer has no stubs
    # PyStemmer's stemmers aren't safe to share between threads.
    if not hasattr(_stemmers, language):
        setattr(_stemmers, language, Stemmer.Stemmer(language))
    return getattr(_stemmers, language)
