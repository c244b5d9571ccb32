"""Which words there are: those of the documents and the vocabulary, and all others that exist."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import query_terms, russian_letters
from index.dictionaries import Dictionaries
from index.spelling import is_latin, restore_ending, skeleton, skeletons
from index.words import Words

Bits = NDArray[np.uint64]

# Shorter words are met by chance too often to be taken for a slip of another.
_SHORTEST = 4
# So many words that begin with a stem are asked whether it is theirs, the shortest first.
_SHARING_A_BEGINNING = 64
# Words added to a lexicon are looked up beside the others, until they are so many.
_MOST_ADDED = 0.1


class _Words:
    """Words with the number of texts each stands in, arranged for every way to look one up.

    Never changes. Each arrangement is made at its first use; all of them take less than a second
    for 200,000 words.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts

    def beginning(self, typed: str, limit: int) -> list[tuple[int, str]]:
        """(texts, word) of the commonest words of texts whose folded letters begin so."""
        order, folded, counts = self._in_order
        first, last = bisect_left(folded, typed), bisect_left(folded, typed + "\uffff")
        found = counts[first:last]
        if len(found) > limit:
            least = np.partition(found, -limit)[-limit]
            chosen = np.flatnonzero(found > least), np.flatnonzero(found == least)[:limit]
            places = np.concatenate(chosen)
        else:
            places = np.arange(len(found))
        return [(int(found[i]), order[first + i]) for i in places if found[i] > 0]

    def folded_alike(self, typed: str) -> list[str]:
        """The words of which a Russian keyboard makes the same letters."""
        order, folded, _ = self._in_order
        return order[bisect_left(folded, typed) : bisect_right(folded, typed)]

    @cached_property
    def _in_order(self) -> tuple[list[str], list[str], NDArray[np.int32]]:
        """The words by the letters they are typed with, those letters, and their texts."""
        pairs = sorted(zip(_folded(self.counts), self.counts, strict=True))
        order = [word for _, word in pairs]
        counts = np.fromiter((self.counts[word] for word in order), np.int32, len(order))
        return order, [folded for folded, _ in pairs], counts

    def near(self, typed: str, edits: int) -> Iterator[tuple[int, str, str]]:
        """(edits, folded letters, word) of the words that so many edits lead to."""
        words, folded, lengths, letters, pairs = self._by_length
        first = int(np.searchsorted(lengths, len(typed) - edits))
        last = int(np.searchsorted(lengths, len(typed) + edits, side="right"))
        # An edit takes away one letter at most and brings one.
        other = letters[first:last] ^ _letters([typed])[0]
        alike = first + np.flatnonzero(np.bitwise_count(other) <= 2 * edits)
        # A swap, the worst, takes away three pairs of neighbours and brings three.
        other = pairs[alike] ^ _pairs([typed])[0]
        places = alike[np.bitwise_count(other) <= 6 * edits].tolist()
        for spelled, distance, i in process.extract_iter(
            typed, [folded[i] for i in places], scorer=OSA.distance, score_cutoff=edits
        ):
            yield int(distance), spelled, words[places[i]]

    @cached_property
    def _by_length(self) -> tuple[list[str], list[str], NDArray[np.int32], Bits, Bits]:
        """The words that may be meant by a slip, by length; folded; lengths; letters; pairs."""
        words = [w for w in self.counts if len(w) >= _SHORTEST and w.isalpha()]
        words.sort(key=len)
        folded = _folded(words)
        lengths = np.fromiter(map(len, words), np.int32, len(words))
        return words, folded, lengths, _letters(folded), _pairs(folded)

    def sounding(self, sound: str) -> str | None:
        """The commonest word with this skeleton, if any."""
        return self._by_sound[0].get(sound)

    def sounds_beginning(self, sound: str) -> list[str]:
        """Words whose skeleton begins so, at most _SHARING_A_BEGINNING."""
        by_sound, order = self._by_sound
        first, last = bisect_left(order, sound), bisect_left(order, sound + "\uffff")
        return [by_sound[one] for one in order[first : min(last, first + _SHARING_A_BEGINNING)]]

    @cached_property
    def _by_sound(self) -> tuple[Mapping[str, str], list[str]]:
        words = [w for w in self.counts if len(w) >= _SHORTEST and not is_latin(w)]
        best: dict[str, str] = {}
        for word, sound in zip(words, skeletons(words), strict=True):
            known = best.get(sound)
            if known is None or (self.counts[known], known) < (self.counts[word], word):
                best[sound] = word
        return best, sorted(best)


class Lexicon:
    """The words that documents and vocabulary are written with, and all others that exist."""

    def __init__(
        self,
        surfaces: Mapping[str, int],
        labels: Iterable[str],
        index: Words,
        dictionaries: Dictionaries,
    ) -> None:
        """`surfaces` maps the documents' words to the number of texts they stand in."""
        labels = list(labels)
        self._layers: tuple[_Words, ...] = (_Words({**dict.fromkeys(labels, 0), **surfaces}),)
        self._label_terms = frozenset(term for word in labels for term in query_terms(word))
        self._index, self._dictionaries = index, dictionaries

    def with_words(self, added: Mapping[str, int], index: Words) -> "Lexicon":
        """The lexicon after documents changed: `index` is theirs, `added` the words they brought.

        Costs what the added words cost, as a rule. Words of documents that are gone stay, and
        the words that were known keep their number of texts, until so many were added that the
        whole is arranged anew.
        """
        base, *later = (layer.counts for layer in self._layers)
        new = {word: count for word, count in added.items() if word not in base}
        extra = {**(later[0] if later else {}), **new}
        following = object.__new__(Lexicon)
        following._label_terms, following._dictionaries = self._label_terms, self._dictionaries
        following._index = index
        if len(extra) > _MOST_ADDED * len(base):
            following._layers = (_Words({**base, **extra}),)
        elif new:
            following._layers = (self._layers[0], _Words(extra))
        else:
            following._layers = self._layers
        return following

    def __contains__(self, word: str) -> bool:
        """Whether documents or vocabulary have the word just so."""
        return any(word in layer.counts for layer in self._layers)

    def _count(self, word: str) -> int:
        return max(layer.counts.get(word, 0) for layer in self._layers)

    def leads_somewhere(self, word: str) -> bool:
        """Whether a document has the word in some form."""
        return any(term in self._index for term in query_terms(word))

    def is_russian(self, word: str) -> bool:
        """Whether a word is at home in Russian, so that no Kazakh letter is missing from it."""
        return self._dictionaries.is_russian(word)

    def is_kazakh(self, word: str) -> bool:
        """Whether a word is one of Kazakh as it stands."""
        return self._dictionaries.is_kazakh(word)

    def with_kazakh_letters(self, word: str) -> str | None:
        """The Kazakh word of which a Russian keyboard makes this one, whoever has it."""
        return self._dictionaries.with_kazakh_letters(word)

    def is_word(self, word: str) -> bool:
        """Whether a word is meant as it stands: documents have it, or dictionaries do."""
        return self.stands_somewhere(word) or self._dictionaries.is_word(word)

    def stands_somewhere(self, word: str) -> bool:
        """Whether a document or the vocabulary has the word in some form."""
        return (
            word in self
            or self.leads_somewhere(word)
            or not self._label_terms.isdisjoint(query_terms(word))
        )

    def continued(self, beginning: str, limit: int) -> list[str]:
        """The commonest words that documents have and that begin so, at most `limit`."""
        typed = russian_letters(beginning)
        found = [pair for layer in self._layers for pair in layer.beginning(typed, limit)]
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return [word for _, word in found[:limit]]

    def respelled(self, word: str) -> str | None:
        """The word that documents have where this one sounds the same, if any.

        An ending that documents lack is kept, spelled by vowel harmony.
        """
        sound = skeleton(word)
        if not sound:
            return None
        if known := [w for layer in self._layers if (w := layer.sounding(sound))]:
            return max(known, key=lambda one: (self._count(one), one))
        for cut in range(1, min(len(word) - 3, 7)):
            if stem := self._stem(skeleton(word[:-cut])):
                spelled = stem + restore_ending(stem, word[-cut:])
                # What was cut off has to be an ending, or the words only begin alike.
                if russian_letters(stem) in query_terms(spelled):
                    return spelled
        return None

    def _stem(self, sound: str) -> str | None:
        """The stem, of the commonest word that has one, with this skeleton."""
        # Folding keeps the length, so a folded stem's length cuts the word too.
        ranks = [
            (layer.counts[word], word[: len(term)])
            for layer in self._layers
            for word in layer.sounds_beginning(sound)
            for term in query_terms(word)
            if len(term) > 3 and russian_letters(word).startswith(term)
        ]
        sounds = skeletons([stem for _, stem in ranks])
        alike = [rank for rank, own in zip(ranks, sounds, strict=True) if own == sound]
        return max(alike)[1] if alike else None

    def folded_alike(self, word: str) -> list[str]:
        """The words of which a Russian keyboard makes this one's letters, the commonest first."""
        found = {w for layer in self._layers for w in layer.folded_alike(russian_letters(word))}
        return sorted(found, key=lambda one: (-self._count(one), one))

    def corrected(self, word: str) -> str | None:
        """The nearest word by edits (swaps count as one): one edit, from ten letters on two."""
        typed = russian_letters(word)
        near = (
            found for layer in self._layers for found in layer.near(typed, 1 + (len(word) >= 10))
        )

        def preference(found: tuple[int, str, str]) -> tuple[int, bool, int, str]:
            distance, spelled, surface = found
            return distance, spelled[0] != typed[0], -self._count(surface), surface

        best = min(near, key=preference, default=None)
        return best and best[2]


def _folded(words: Iterable[str]) -> list[str]:
    """Each word in Russian letters; in one go, for there may be hundreds of thousands."""
    joined = "\n".join(words)
    return russian_letters(joined).split("\n") if joined else []


def _letters(folded: list[str]) -> Bits:
    """For each word (none is empty) the set of its letters, a bit for each."""
    codes, starts = _codes(folded)
    return _sets(codes % 64, starts)


def _pairs(folded: list[str]) -> Bits:
    """For each word (none is empty) the set of its pairs of neighbours, a bit for several."""
    codes, starts = _codes(folded)
    before = np.zeros_like(codes)
    before[1:] = codes[:-1]
    # A word's first letter has no neighbour before it.
    before[starts] = 0
    return _sets((before * 37 + codes) % 64, starts)


def _codes(folded: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The letters of all words in a row, and where each word starts."""
    codes = np.frombuffer("".join(folded).encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(np.fromiter(map(len, folded), np.int64, len(folded)))
    return codes, np.concatenate([np.zeros(1, np.int64), ends])[:-1]


def _sets(bits: NDArray[np.uint32], starts: NDArray[np.int64]) -> Bits:
    if not len(starts):
        return np.zeros(0, np.uint64)
    sets: Bits = np.bitwise_or.reduceat(np.uint64(1) << bits.astype(np.uint64), starts)
    return sets
