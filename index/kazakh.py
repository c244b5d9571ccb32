"""A suffix stripper for Kazakh, on words folded to Russian letters.

Kazakh stacks its endings in a fixed order: stem, derivation, plural, possession, case, person.
They are cut from the right, a layer at a time, as long as enough of the word remains.
"""

import re

KAZAKH_LETTERS = frozenset("қғңөұүіәһ")

_VOWELS = "аоуыиэеяюё"
_SHORTEST_STEM = 3

# Each layer's endings, in folded letters: қ is к, ғ г, ң н, і и, ә а, ө о, ұ and ү у.
# Endings of the first and second person are left out: texts that tell of something hardly have
# them, and they look like the ends of stems (-сың, -міз).
_CASE = """
    нын нин дын дин тын тин ны ни ды ди ты ти га ге ка ке на не нда нде да де та те нан нен дан ден
    тан тен мен бен пен дагы деги тагы теги ндагы ндеги дай дей тай тей ша ше ники дики тики
"""
# Case after possession, cut as one: -сын is сы and н, not the person's -сың.
_CASE_OF_POSSESSED = "сын син ын ин сына сине сында синде сынан синен сынын синин"
_POSSESSION = "ымыз имиз мыз миз ыныз иниз ныз низ сы си ым им ын ин ы и"
_PLURAL = "лар лер дар дер тар тер"
_VERB = """
    ган ген кан кен атын етин йтын йтин ады еди йды йди ып ип уши са се ар ер мак мек бак бек пак
    пек ылады иледи ылган илген лады леди латын летин лайтын лейтин ылатын илетин дырган дирген у
"""
_DERIVATION = """
    лык лик дык дик тык тик лы ли шы ши сыз сиз лау леу дау деу тау теу ландыру лендиру стыру стиру
"""


def _layer(endings: str) -> re.Pattern[str]:
    ordered = sorted(endings.split(), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(ordered)})$")


_NOUN = tuple(map(_layer, (_CASE + _CASE_OF_POSSESSED, _POSSESSION, _PLURAL)))
# Twice, for what is possessed or placed twice over: қала-сы-н-да-ғы-лар-ы-ның.
_LAYERS = (*_NOUN, *_NOUN, _layer(_VERB), _layer(_DERIVATION))
# Between vowels a stem's last к or қ is spoken and written г or ғ, its п is б: кітап, кітабы.
_HARD = {"г": "к", "б": "п"}


def kazakh_stem(word: str) -> str:
    """Stem of a folded Kazakh word: its endings cut, at least three letters and a vowel left.

    It begins the word, but for a last г or б softened by an ending, which is к or п again.
    """
    for layer in _LAYERS:
        match = layer.search(word)
        if (
            match
            and match.start() >= _SHORTEST_STEM
            and any(c in _VOWELS for c in word[: match.start()])
        ):
            ending = match.group()
            word = word[: match.start()]
            if ending[0] in _VOWELS:
                word = word[:-1] + _HARD.get(word[-1], word[-1])
    return word


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
