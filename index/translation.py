"""A short query in the other languages, word by word, for the texts written in them.

The encoder knows a text in its own language best, and of a few words without a sentence around
them it knows least what they would be in another. Pure functions.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.analysis import STOP_WORDS, guess_language, name_terms
from index.glossary import Found, Glossary
from index.kazakh import KAZAKH_LETTERS

Floats = NDArray[np.float32]

# A longer query is a sentence, which the encoder understands better than its words in a row.
LONGEST = 5
# How much the translation counts beside the query itself, where it knows every word of it.
WEIGHT = 0.7
_QUESTIONS = frozenset("как что кто где или қалай қандай не кім қай how what which who".split())
# Below this, single words are known by chance.
_LEAST_KNOWN = 0.3


@dataclass(frozen=True)
class Translated:
    """A query's language and the query in each of the others.

    `weight` is the share that a translation has in the vector for its language; the query itself
    has the rest. Without `texts` there is no translation worth asking for.
    """

    language: str
    texts: Mapping[str, str] = field(default_factory=dict)
    weight: float = 0.0


def translate(
    words: Sequence[str], terms: Sequence[Found], language: str, others: Iterable[str]
) -> Translated:
    """The folded words of a query in other languages: its terms by their first names there.

    What isn't known is left out, and makes the translation count for less.
    """
    carrying = [word for word in words if word not in STOP_WORDS]
    known = sum(
        word not in STOP_WORDS for term in terms for word in words[term.start : term.end]
    ) / max(len(carrying), 1)
    if len(words) > LONGEST or known < _LEAST_KNOWN or not _QUESTIONS.isdisjoint(words):
        return Translated(language)
    texts = {
        other: " ".join(dict.fromkeys(name for term in terms if (name := term.name(other))))
        for other in others
        if other != language
    }
    return Translated(language, {o: text for o, text in texts.items() if text}, WEIGHT * known)


def longest(candidates: Iterable[Found]) -> list[Found]:
    """Those of the terms that don't overlap, in order: the longest first, then as given."""
    chosen: list[Found] = []
    for term in sorted(candidates, key=lambda one: one.start - one.end):
        if all(term.end <= other.start or term.start >= other.end for other in chosen):
            chosen.append(term)
    return sorted(chosen, key=lambda one: one.start)


def spread(words: Sequence[str], terms: Sequence[Found]) -> dict[str, dict[str, None]]:
    """For each word of a term of several words, its share of the term's names in all languages.

    The words of a name are dealt out in order, so that only a text with all of them has all of
    the term: "activated carbon" gives "activated" to the first word of «белсендірілген көмір» and
    "carbon" to the second.
    """
    shares: dict[str, dict[str, None]] = defaultdict(dict)
    for term in terms:
        count = term.end - term.start
        if count == 1:
            continue
        for language, names in term.meanings[0].items():
            for name in names:
                named = name_terms(name, language)
                for i in range(max(len(named), count)):
                    word = words[term.start + i * count // max(len(named), count)]
                    shares[word][named[i * len(named) // max(len(named), count)]] = None
    return shares


def query_language(text: str, words: Sequence[str], glossary: Glossary) -> str:
    """`kk`, `ru` or `en`: by the letters, and where they don't tell, by the words known.

    Kazakh words may do without a Kazakh letter, but a word with one is Kazakh.
    """
    if not KAZAKH_LETTERS.isdisjoint(text.casefold()):
        return "kk"
    guessed = guess_language(text)
    if guessed == "ru":
        kazakh, russian = (
            sum(glossary.knows(word, language) for word in words) for language in ("kk", "ru")
        )
        return "kk" if kazakh > russian else "ru"
    return guessed


def mixed(query: Floats, translation: Floats, weight: float) -> Floats:
    """The unit vector between a query's and its translation's, both of shape (dimension,)."""
    between: Floats = np.float32(1 - weight) * query + np.float32(weight) * translation
    return between / np.float32(max(math.sqrt(between @ between), 1e-6))
