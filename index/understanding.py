"""What a visitor means by a query: slips mended, letters restored, concepts recognized."""

import bisect
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.analysis import STOP_WORDS, document_terms, fold, query_terms, russian_letters, words
from index.dictionaries import Dictionaries
from index.documents import Concept
from index.glossary import LANGUAGES, Found, Glossary
from index.spelling import is_kazakh, is_latin, layouts, restore_ending, skeleton
from index.translation import Translated, longest, query_language, spread, translate
from index.words import Group, WordIndex, concept_term, prefix_term

LONGEST_QUERY = 400
_LONGEST_WORDS = 48
# A word being typed is completed to the commonest words that begin so.
_COMPLETIONS = 12
_COMPLETION_WEIGHT = 0.6
_LABEL_WEIGHT = 0.8
_NARROWER_WEIGHT = 0.8
_PREFIX_WEIGHT = 0.8
# A synonym would have been typed, had it been meant; of a translation nobody can tell.
_SYNONYM_WEIGHT = 0.4
_TRANSLATION_WEIGHT = 0.8
_LONGEST_LABEL = 6
# A sentence explains itself: one unknown word in it is rather a name than a slip.
_SHORT_QUERY = 5


class CorrectionKind(StrEnum):
    LAYOUT = "layout"
    LATIN = "latin"
    LETTERS = "letters"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Correction:
    """What was searched for instead of the query as typed, and what was mended."""

    query: str
    kind: CorrectionKind


@dataclass(frozen=True)
class Understood:
    """A query ready to be searched.

    `text` is what is encoded, `translated` what is besides for texts in other languages, `groups`
    are the words to be found, each with the group of first letters that supports it, `concepts`
    the slugs that were recognized.
    """

    text: str
    groups: tuple[tuple[Group, Group | None], ...]
    concepts: tuple[str, ...]
    correction: Correction | None
    translated: Translated


class ConceptIndex:
    """Recognizes the labels of a vocabulary in the words of a query, in any language."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.slug: concept for concept in concepts}
        self._slugs: dict[tuple[str, ...], str] = {}
        self.words: set[str] = set()
        self._narrower: dict[str, set[str]] = defaultdict(set)
        for concept in self.concepts.values():
            for broader in concept.broader:
                self._narrower[broader].add(concept.slug)
        for preferred in (True, False):
            for concept in self.concepts.values():
                for language, labels in concept.labels.items():
                    for label in labels[:1] if preferred else labels[1:]:
                        self._slugs.setdefault(
                            (language, *document_terms(label, language)), concept.slug
                        )
                        self.words.update(words(label))

    def recognize(self, found: Sequence[str]) -> list[tuple[int, int, str]]:
        """(first word, word after the last, slug) of the labels in a query, longest first."""
        hits: list[tuple[int, int, str]] = []
        start = 0
        while start < len(found):
            for end in range(min(len(found), start + _LONGEST_LABEL), start, -1):
                if slug := self._slug(found[start:end]):
                    hits.append((start, end, slug))
                    start = end - 1
                    break
            start += 1
        return hits

    def _slug(self, found: Sequence[str]) -> str | None:
        text = " ".join(found)
        for language in ("kk", "ru", "en"):
            slug = self._slugs.get((language, *document_terms(text, language)))
            if slug:
                return slug
        return None

    def labelled(self, terms: Collection[str]) -> set[str]:
        """The concepts that one of the terms stands in a label of."""
        return set().union(*(self._by_term.get(term, ()) for term in terms))

    @cached_property
    def _by_term(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for slug, concept in self.concepts.items():
            for language, labels in concept.labels.items():
                for term in (t for label in labels for t in document_terms(label, language)):
                    found[term].add(slug)
        return found

    def below(self, slug: str) -> set[str]:
        """The concepts narrower than one, at any depth."""
        found: set[str] = set()
        waiting = [slug]
        while waiting:
            fresh = self._narrower[waiting.pop()] - found
            found |= fresh
            waiting.extend(fresh)
        return found - {slug}

    def gloss(self, slug: str) -> str:
        """A concept's names in Russian and English, which the encoder knows best."""
        labels = self.concepts[slug].labels
        return " ".join(labels[language][0] for language in ("ru", "en") if language in labels)

    def single_words(self, slug: str) -> dict[str, float]:
        """Terms of the labels that are one word, in all languages: other names of a concept."""
        return {
            term: _LABEL_WEIGHT
            for language, labels in self.concepts[slug].labels.items()
            for label in labels
            for term in document_terms(label, language)
            if len(words(label)) == 1
        }


class Lexicon:
    """The words that documents and vocabulary are written with, and all others that exist."""

    def __init__(
        self,
        surfaces: Mapping[str, int],
        labels: Iterable[str],
        index: WordIndex,
        dictionaries: Dictionaries,
    ) -> None:
        self.surfaces = {**dict.fromkeys(labels, 1), **surfaces}
        self._written = surfaces
        self._index, self._dictionaries = index, dictionaries

    def leads_somewhere(self, word: str) -> bool:
        """Whether a document has the word in some form."""
        return any(term in self._index for term in query_terms(word))

    def is_russian(self, word: str) -> bool:
        """Whether a word is at home in Russian, so that no Kazakh letter is missing from it."""
        return self._dictionaries.is_russian(word)

    def is_word(self, word: str) -> bool:
        """Whether a word is meant as it stands: documents have it, or dictionaries do."""
        return self.stands_somewhere(word) or self._dictionaries.is_word(word)

    def stands_somewhere(self, word: str) -> bool:
        """Whether a document or the vocabulary has the word in some form."""
        return (
            word in self.surfaces
            or self.leads_somewhere(word)
            or not self._label_terms.isdisjoint(query_terms(word))
        )

    @cached_property
    def _label_terms(self) -> frozenset[str]:
        return frozenset(term for word in self.surfaces for term in query_terms(word))

    def continued(self, beginning: str, limit: int) -> list[str]:
        """The commonest words that documents have and that begin so, at most `limit`."""
        typed = russian_letters(beginning)
        words_in_order, folded = self._in_order
        first = bisect.bisect_left(folded, typed)
        last = bisect.bisect_left(folded, typed + "\uffff")
        found = words_in_order[first:last]
        return sorted(found, key=lambda word: (-self.surfaces[word], word))[:limit]

    @cached_property
    def _in_order(self) -> tuple[list[str], list[str]]:
        """The documents' words by the letters they are typed with, and those letters."""
        pairs = sorted((russian_letters(word), word) for word in self._written)
        return [word for _, word in pairs], [folded for folded, _ in pairs]

    def respelled(self, word: str) -> str | None:
        """The word that documents have where this one sounds the same, if any.

        An ending that documents lack is kept, spelled by vowel harmony.
        """
        sound = skeleton(word)
        if not sound:
            return None
        if known := self._by_sound.get(sound):
            return known
        for cut in range(1, min(len(word) - 3, 7)):
            if stem := self._stems_by_sound.get(skeleton(word[:-cut])):
                spelled = stem + restore_ending(stem, word[-cut:])
                # What was cut off has to be an ending, or the words only begin alike.
                if russian_letters(stem) in query_terms(spelled):
                    return spelled
        return None

    def corrected(self, word: str) -> str | None:
        """The nearest word by edits (swaps count as one): one edit, from ten letters on two."""
        allowed = 1 if len(word) < 10 else 2
        typed = russian_letters(word)
        near = [
            candidate
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for candidate in process.extract(
                typed,
                self._by_length.get(length, {}),
                scorer=OSA.distance,
                score_cutoff=allowed,
                limit=5,
            )
        ]
        if not near:
            return None

        def preference(candidate: tuple[str, float, str]) -> tuple[float, bool, int, str]:
            spelled, distance, surface = candidate
            return distance, spelled[0] != typed[0], -self.surfaces[surface], surface

        return min(near, key=preference)[2]

    @cached_property
    def _by_length(self) -> Mapping[int, Mapping[str, str]]:
        by_length: dict[int, dict[str, str]] = {}
        for surface in self.surfaces:
            if len(surface) > 3 and surface.isalpha():
                by_length.setdefault(len(surface), {})[surface] = russian_letters(surface)
        return by_length

    @cached_property
    def _by_sound(self) -> Mapping[str, str]:
        return self._commonest((surface, surface) for surface in self.surfaces)

    @cached_property
    def _stems_by_sound(self) -> Mapping[str, str]:
        def stems() -> Iterable[tuple[str, str]]:
            for surface in self.surfaces:
                # Folding keeps the length, so a folded stem's length cuts the surface too.
                for term in query_terms(surface):
                    if len(term) > 3 and russian_letters(surface).startswith(term):
                        yield surface[: len(term)], surface

        return self._commonest(stems())

    def _commonest(self, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        best: dict[str, tuple[int, str]] = {}
        for spelled, surface in pairs:
            if len(spelled) > 3 and not is_latin(spelled):
                rank = (self.surfaces[surface], spelled)
                sound = skeleton(spelled)
                best[sound] = max(best.get(sound, rank), rank)
        return {sound: spelled for sound, (_, spelled) in best.items()}


class Understanding:
    """Reads queries with the words and concepts of one index."""

    def __init__(
        self, index: WordIndex, lexicon: Lexicon, concepts: ConceptIndex, glossary: Glossary
    ) -> None:
        self._index, self._lexicon = index, lexicon
        self._concepts, self._glossary = concepts, glossary

    def below(self, slug: str) -> set[str]:
        """The concepts narrower than one, at any depth."""
        return self._concepts.below(slug)

    def labelled(self, terms: Collection[str]) -> set[str]:
        """The concepts that one of the terms stands in a label of."""
        return self._concepts.labelled(terms)

    def read(self, query: str, *, correct: bool = True) -> Understood:
        """Understand a query as typed; `correct=False` takes it by the letter."""
        typed = " ".join(query[:LONGEST_QUERY].split())
        correction = self._correct(fold(typed)) if correct else None
        text = correction.query if correction else typed
        found = words(text)[:_LONGEST_WORDS]
        recognized = self._concepts.recognize(found)
        slugs = tuple(dict.fromkeys(slug for _, _, slug in recognized))
        language = query_language(text, found, self._glossary)
        terms = self._glossary.recognize(found, language)
        labelled = [
            Found(s, e, (self._concepts.concepts[slug].labels,)) for s, e, slug in recognized
        ]
        translated = translate(found, longest([*terms, *labelled]), language, LANGUAGES)
        return Understood(
            " ".join([text, *map(self._concepts.gloss, slugs)]),
            tuple(self._groups(found, recognized, terms, language)), slugs, correction, translated,
        )  # fmt: skip

    def _correct(self, query: str) -> Correction | None:
        if switched := self._other_layout(query):
            return Correction(switched, CorrectionKind.LAYOUT)
        kinds: list[CorrectionKind] = []
        short = len(words(query)) <= _SHORT_QUERY

        kazakh = self._lacks_kazakh_letters(query)

        def mend(match: re.Match[str]) -> str:
            last = match.end() == len(query)
            mended, kind = self._mend(match.group(), last=last, guess=short, kazakh=kazakh)
            if kind:
                kinds.append(kind)
            return mended

        # Whole words only: the letters before a digit are no word.
        mended = re.sub(r"(?<![^\W_])[^\W\d_]+(?:'[^\W\d_]+)*(?![^\W_])", mend, query)
        return Correction(mended, kinds[0]) if kinds else None

    def _other_layout(self, query: str) -> str | None:
        typed = words(query)
        if all(map(self._lexicon.is_word, typed)):
            return None
        known = self._share_found(typed)
        switched = max(layouts(query), key=lambda text: self._share_found(words(text)))
        share = self._share_found(words(switched))
        return switched if share >= 0.5 and share > known else None

    def _share_found(self, found: Sequence[str]) -> float:
        """Which share of the letters belongs to words that documents or labels have."""
        counted = [word for word in found if word not in STOP_WORDS]
        known = [w for w in counted if len(w) > 2 and self._lexicon.stands_somewhere(w)]
        return sum(map(len, known)) / max(sum(map(len, counted)), 1)

    def _lacks_kazakh_letters(self, query: str) -> bool:
        """Whether a query is Kazakh typed on a Russian keyboard: a word of it is no Russian one."""
        return any(
            not self._lexicon.is_russian(word) and self._restored(word) for word in words(query)
        )

    def _restored(self, word: str) -> str | None:
        """The word with its Kazakh letters, if it was typed without them."""
        if len(word) < 4 or word in self._lexicon.surfaces or is_latin(word) or is_kazakh(word):
            return None
        spelled = self._lexicon.respelled(word)
        return spelled if spelled and is_kazakh(spelled) else None

    def _mend(
        self, word: str, *, last: bool, guess: bool, kazakh: bool
    ) -> tuple[str, CorrectionKind | None]:
        lexicon = self._lexicon
        if len(word) < 4 or word in lexicon.surfaces or word in STOP_WORDS:
            return word, None
        if kazakh and (spelled := self._restored(word)):
            return spelled, CorrectionKind.LETTERS
        if not guess or lexicon.is_word(word) or (last and lexicon.continued(word, 1)):
            return word, None
        if is_latin(word) and (spelled := lexicon.respelled(word)):
            return spelled, CorrectionKind.LATIN
        long_enough = len(word) > 4 or not (is_latin(word) or is_kazakh(word))
        if long_enough and (spelled := lexicon.corrected(word)):
            return spelled, CorrectionKind.TYPO
        return word, None

    def _groups(
        self,
        found: Sequence[str],
        recognized: Sequence[tuple[int, int, str]],
        terms: Sequence[Found],
        language: str,
    ) -> Iterable[tuple[Group, Group | None]]:
        counted = [word for word in dict.fromkeys(found) if word not in STOP_WORDS]
        labelled = {word: slug for start, end, slug in recognized for word in found[start:end]}
        phrases = spread(found, terms)
        for word in counted or dict.fromkeys(found):
            own = dict.fromkeys(query_terms(word))
            alternatives = dict.fromkeys(own, 1.0)
            if slug := labelled.get(word):
                alternatives.setdefault(concept_term(slug), 1.0)
                for narrower in self._concepts.below(slug):
                    alternatives.setdefault(concept_term(narrower), _NARROWER_WEIGHT)
                if sum(other == slug for other in labelled.values()) == 1:
                    for term, weight in self._concepts.single_words(slug).items():
                        alternatives.setdefault(term, weight)
            for there, equivalents in self._glossary.equivalents(word, language).items():
                weight = _SYNONYM_WEIGHT if there == language else _TRANSLATION_WEIGHT
                for term in sorted(equivalents):
                    alternatives[term] = max(alternatives.get(term, 0.0), weight)
            for term in phrases.get(word, ()):
                alternatives.setdefault(term, _TRANSLATION_WEIGHT)
            if word == found[-1] and not self._lexicon.leads_somewhere(word):
                for whole in self._lexicon.continued(word, _COMPLETIONS):
                    own.update(dict.fromkeys(query_terms(whole)))
                for term in own:
                    alternatives.setdefault(term, _COMPLETION_WEIGHT)
            support = Group(word, ((prefix_term(word), _PREFIX_WEIGHT),))
            yield Group(word, tuple(alternatives.items()), frozenset(own)), support
