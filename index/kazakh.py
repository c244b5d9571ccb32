"""A suffix stripper for Kazakh, on words folded to Russian letters.

Kazakh stacks its endings in a fixed order: stem, derivation, plural, possession, case, person.
They are cut from the right, a layer at a time, as long as enough of the word remains and its last
letter is one that the ending follows: -лар stands after a vowel, р or й, -дар after л or з, -тар
after a voiceless consonant.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

KAZAKH_LETTERS = frozenset("қғңөұүіәһ")

_VOWELS = "аоуыиэеяюё"
_SOUNDING = frozenset(_VOWELS)
_SHORTEST_STEM = 3

# Folded letters: қ is к, ғ г, ң н, і и, ә а, ө о, ұ and ү у. Loans that end in б, в, г
# or д take the endings of voiceless consonants.
_VOICELESS = "кпстфхцчшщбвгд"
_VOICED = f"{_VOWELS}рлйзжмнь"
_CONSONANTS = "бвгджзйклмнпрстуфхцчшщ"

# Each layer's endings by the letters they follow; у is both a vowel and a consonant.
# Endings of the first and second person are left out: texts that tell of something hardly have
# them, and they look like the ends of stems (-сың, -міз).
_CASE = (
    (f"{_VOWELS}мн", "нын нин ники"),
    ("рлйузжь", "дын дин дики"),
    (_VOICELESS, "тын тин тики"),
    (_VOWELS, "ны ни"),
    ("рлйузжмнь", "ды ди"),
    (_VOICELESS, "ты ти ка ке та те тан тен пен тагы теги тай тей"),
    (_VOICED, "га ге да де дагы деги дай дей"),
    (f"{_VOWELS}рлйзжь", "дан ден"),
    ("мныи", "нан нен"),
    (f"{_VOWELS}рлймнь", "мен"),
    ("зж", "бен"),
    (f"{_VOWELS}рлйзжмнь{_VOICELESS}", "ша ше"),
)
# Case after possession by a third: кітабы-нда, and сы and н, ы and н cut as one, for -сын is not
# the person's -сың.
_CASE_OF_POSSESSED = (
    ("ыи", "на не нда нде ндагы ндеги"),
    (_VOWELS, "сын син сына сине сында синде сынан синен сынын синин"),
    (_CONSONANTS, "ын ин"),
)
_POSSESSION = (
    (_VOWELS, "мыз миз ныз низ сы си"),
    (_CONSONANTS, "ымыз имиз ыныз иниз ым им ын ин ы и"),
)
_PLURAL = (
    (f"{_VOWELS}рй", "лар лер"),
    ("лзжмнь", "дар дер"),
    (_VOICELESS, "тар тер"),
)
_ANY = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
# The infinitive's -мақ, -бақ, -пақ is not among them: more nouns end so, қақпақ, than texts have
# infinitives in it.
_VERB = (
    (_VOICED, "ган ген"),
    (_VOICELESS, "кан кен"),
    (_VOWELS, "йтын йтин йды йди"),
    (
        _ANY,
        """
        атын етин ады еди ып ип уши са се ар ер ылады иледи ылган илген лады леди латын летин
        лайтын лейтин ылатын илетин дырган дирген у
        """,
    ),
)
_DERIVATION = (
    (
        _ANY,
        """
        лык лик дык дик тык тик лы ли шы ши сыз сиз лау леу дау деу тау теу ландыру лендиру стыру
        стиру
        """,
    ),
)
# Between vowels a stem's last к or қ is spoken and written г or ғ, its п is б: кітап, кітабы.
_HARD = {"г": "к", "б": "п"}
# What a third possesses has cases of its own, -нда or -н: before these, ы ends the stem.
_CASE_OF_BARE = re.compile("[гк][ае]|[дт][аеыи]н?|н[ыи]|[дт][ае]г[ыи]|[дт]ики")
_BY_A_THIRD = frozenset(("сы", "си", "ы", "и"))


class _Layer:
    """Endings of one kind, each with the letters that it follows."""

    def __init__(self, *rows: tuple[str, str]) -> None:
        before: dict[str, str] = defaultdict(str)
        for letters, endings in rows:
            for ending in endings.split():
                before[ending] += letters
        self.before: Mapping[str, str] = dict(before)
        self.longest = max(map(len, before))
        # Few words end in a letter that ends an ending of each kind: the others are soon left alone.
        self.last = frozenset(ending[-1] for ending in before)


_PLACE, _OWNER, _MANY = _Layer(*_CASE, *_CASE_OF_POSSESSED), _Layer(*_POSSESSION), _Layer(*_PLURAL)
_WORD_LAYERS = _Layer(*_VERB), _Layer(*_DERIVATION)


def kazakh_stem(word: str) -> str:
    """Stem of a folded Kazakh word: its endings cut, at least three letters and a vowel left.

    It begins the word, but for a last г or б softened by an ending, which is к or п again. Letters
    alone can't tell «жұмыс-ы» from «қала-сы»: the longest ending is cut, whatever word is left.
    """
    case = ""
    # Twice, for what is possessed or placed twice over: қала-сы-н-да-ғы-лар-ы-ның.
    for layer in (_PLACE, _OWNER, _MANY) * 2:
        stem, ending = _cut(layer, word)
        if layer is _OWNER and ending in _BY_A_THIRD and _CASE_OF_BARE.fullmatch(case):
            continue
        if ending:
            word, case = stem, ending if layer is _PLACE else ""
    for layer in _WORD_LAYERS:
        word, _ = _cut(layer, word)
    return word


def _cut(layer: _Layer, word: str) -> tuple[str, str]:
    """(what is left of a word, the ending of a layer cut off it), the ending empty if none was."""
    if word[-1:] not in layer.last:
        return word, ""
    before = layer.before
    for start in range(max(len(word) - layer.longest, 1), len(word)):
        if (ending := word[start:]) in before and word[start - 1] in before[ending]:
            break
    else:
        return word, ""
    stem = word[:start]
    if start < _SHORTEST_STEM or _SOUNDING.isdisjoint(stem):
        return word, ""
    if ending[0] in _VOWELS:
        # It would have softened a к after a vowel: «жақын» isn't «жақ» with an ending.
        if stem[-1] == "к" and stem[-2] in _VOWELS:
            return word, ""
        stem = stem[:-1] + _HARD.get(stem[-1], stem[-1])
    return stem, ending


def harmonize(stem: str, ending: str) -> str:
    """An ending in Russian letters as it is spelled after a Kazakh stem.

    Vowels of an ending follow the stem's last one: after a front vowel и is і, after a back
    vowel г is ғ, к is қ and a mistyped и is ы.
    """
    last = next((letter for letter in reversed(stem) if letter in _ALL_VOWELS), "а")
    table = _AFTER_FRONT if last in _FRONT_VOWELS else _AFTER_BACK
    spelled = ending.translate(table)
    # The genitive ends in ң: -ның, -дің, -тың.
    return re.sub(r"([ндт][ыі])н$", r"\1ң", spelled)


_FRONT_VOWELS = "әөүіеэ"
_ALL_VOWELS = "аәеэоөуұүыіиюя"
_AFTER_FRONT = str.maketrans("иы", "іі")
_AFTER_BACK = str.maketrans("гки", "ғқы")
