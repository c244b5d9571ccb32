"""What a visitor means by a query: slips mended, letters restored, concepts recognized."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from index.analysis import (
    STOP_WORDS,
    document_terms,
    fold,
    name_terms,
    query_terms,
    word_term,
    words,
)
from index.documents import Concept
from index.glossary import LANGUAGES, Found, Glossary
from index.lexicon import Lexicon
from index.spelling import is_kazakh, is_latin, layouts
from index.translation import Translated, longest, query_language, spread, translate
from index.words import Group, Words, concept_term, prefix_term

LONGEST_QUERY = 400
_LONGEST_WORDS = 48
# A word being typed is completed to the commonest words that begin so.
_COMPLETIONS = 12
_COMPLETION_WEIGHT = 0.6
_SHORTEST_BEGINNING = 3
_LABEL_WEIGHT = 0.8
_NARROWER_WEIGHT = 0.8
_PREFIX_WEIGHT = 0.8
# A word of the glossary may have been meant in another sense than the text has it.
# Where the encoder translates nothing, the words alone lead to texts in other languages.
_TRANSLATION_WEIGHT = 0.5
_ONLY_TRANSLATION_WEIGHT = 0.6
_LONGEST_LABEL = 6
_LANGUAGES = ("kk", "ru", "en")
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

    `text` is the query, corrected, `translated` the same for texts in other languages; `groups` are
    the words to be found, each with the group of first letters that supports it, `concepts` the
    slugs that were recognized.
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
        self._first_terms: set[tuple[str, str]] = set()
        self.words: set[str] = set()
        self._narrower: dict[str, set[str]] = defaultdict(set)
        for concept in self.concepts.values():
            for broader in concept.broader:
                self._narrower[broader].add(concept.slug)
        for preferred in (True, False):
            for concept in self.concepts.values():
                for language, labels in concept.labels.items():
                    for label in labels[:1] if preferred else labels[1:]:
                        terms = document_terms(label, language)
                        self._slugs.setdefault((language, *terms), concept.slug)
                        self._first_terms.update((language, term) for term in terms[:1])
                        self.words.update(words(label))

    def recognize(self, found: Sequence[str]) -> list[tuple[int, int, str]]:
        """(first word, word after the last, slug) of the labels in a query, longest first."""
        hits: list[tuple[int, int, str]] = []
        in_languages = [(code, [word_term(word, code) for word in found]) for code in _LANGUAGES]
        start = 0
        while start < len(found):
            readings = [
                (code, terms)
                for code, terms in in_languages
                if (code, terms[start]) in self._first_terms
            ]
            for end in range(min(len(found), start + _LONGEST_LABEL), start, -1):
                slugs = (self._slugs.get((code, *terms[start:end])) for code, terms in readings)
                if slug := next(filter(None, slugs), None):
                    hits.append((start, end, slug))
                    start = end - 1
                    break
            start += 1
        return hits

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

    def single_words(self, slug: str) -> dict[str, float]:
        """Terms of the labels that are one word, in all languages: other names of a concept."""
        return {
            named[0]: _LABEL_WEIGHT
            for language, labels in self.concepts[slug].labels.items()
            for label in labels
            if len(named := name_terms(label, language)) == 1
        }


class Understanding:
    """Reads queries with the words and concepts of one index."""

    def __init__(
        self, index: Words, lexicon: Lexicon, concepts: ConceptIndex, glossary: Glossary
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
            text, tuple(self._groups(found, recognized, terms, translated)), slugs, correction,
            translated,
        )  # fmt: skip

    def _correct(self, query: str) -> Correction | None:
        if switched := self._other_layout(query):
            return Correction(switched, CorrectionKind.LAYOUT)
        kinds: list[CorrectionKind] = []
        typed = words(query)
        short = len(typed) <= _SHORT_QUERY
        kazakh = self._kazakh_letters(typed)

        def mend(match: re.Match[str]) -> str:
            last = match.end() == len(query)
            if spelled := kazakh.get(match.group()):
                kinds.append(CorrectionKind.LETTERS)
                return spelled
            mended, kind = self._mend(match.group(), last=last, guess=short)
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

    def _kazakh_letters(self, typed: Sequence[str]) -> Mapping[str, str]:
        """The words of a query that lack their Kazakh letters, with these.

        It was typed on a Russian keyboard if a word of it is no Russian one; whoever typed one
        Kazakh letter had them all. Beside Russian words only what documents have is Kazakh.
        """
        if any(map(is_kazakh, typed)):
            return {}
        lexicon = self._lexicon
        restored = {word: spelled for word in typed if (spelled := self._restored(word))}
        missing = {word: restored[word] for word in restored if not lexicon.is_russian(word)}
        if not missing:
            return {}
        if any(
            word not in restored
            and word not in STOP_WORDS
            and lexicon.is_russian(word)
            and not lexicon.is_kazakh(word)
            for word in typed
        ):
            return {w: spelled for w, spelled in missing.items() if spelled in lexicon}
        short = {
            word: spelled
            for word in typed
            if len(word) < 4 and word not in lexicon and word not in STOP_WORDS
            for spelled in lexicon.folded_alike(word)[:1]
        }
        return {**short, **restored}

    def _restored(self, word: str) -> str | None:
        """The word with its Kazakh letters, if it was typed without them."""
        lexicon = self._lexicon
        if len(word) < 4 or word in lexicon or is_latin(word):
            return None
        spelled = lexicon.respelled(word)
        if spelled and spelled in lexicon and is_kazakh(spelled):
            return spelled
        if lexicon.is_kazakh(word):
            return None
        if not (spelled and is_kazakh(spelled)):
            spelled = lexicon.with_kazakh_letters(word)
        return spelled if spelled and is_kazakh(spelled) else None

    def _mend(self, word: str, *, last: bool, guess: bool) -> tuple[str, CorrectionKind | None]:
        lexicon = self._lexicon
        if len(word) < 4 or word in lexicon or word in STOP_WORDS:
            return word, None
        if not guess or lexicon.is_word(word) or (last and lexicon.continued(word, 1)):
            return word, None
        if is_latin(word) and (spelled := lexicon.respelled(word)):
            return spelled, CorrectionKind.LATIN
        # With a Latin i for the Kazakh one a word is right to the eye; no other is meant.
        mixed = not is_latin(word) and not word.isascii() and re.search("[a-z]", word)
        long_enough = len(word) > 4 or not (is_latin(word) or is_kazakh(word))
        if long_enough and not mixed and (spelled := lexicon.corrected(word)):
            return spelled, CorrectionKind.TYPO
        return word, None

    def _is_half_a_word(self, word: str) -> bool:
        """Whether a word may still be being typed: two letters begin too many others to say so."""
        return len(word) >= _SHORTEST_BEGINNING and not self._lexicon.leads_somewhere(word)

    def _groups(
        self,
        found: Sequence[str],
        recognized: Sequence[tuple[int, int, str]],
        terms: Sequence[Found],
        translated: Translated,
    ) -> Iterable[tuple[Group, Group | None]]:
        counted = [word for word in dict.fromkeys(found) if word not in STOP_WORDS]
        labelled = {word: slug for start, end, slug in recognized for word in found[start:end]}
        phrases = spread(found, terms)
        language = translated.language
        translation = _TRANSLATION_WEIGHT if translated.texts else _ONLY_TRANSLATION_WEIGHT
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
                # A synonym in its own language would have been typed, had it been meant.
                for term in sorted(equivalents) if there != language else ():
                    alternatives.setdefault(term, translation)
            for term in phrases.get(word, ()):
                alternatives.setdefault(term, translation)
            if word == found[-1] and word not in labelled and self._is_half_a_word(word):
                for whole in self._lexicon.continued(word, _COMPLETIONS):
                    own.update(dict.fromkeys(query_terms(whole)))
                for term in own:
                    alternatives.setdefault(term, _COMPLETION_WEIGHT)
            support = Group(word, ((prefix_term(word), _PREFIX_WEIGHT),))
            yield Group(word, tuple(alternatives.items()), frozenset(own)), support
