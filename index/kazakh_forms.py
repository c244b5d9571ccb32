"""Which words of a dictionary a Kazakh word may be a form of.

Where a dictionary has the last word, endings can be told exactly: what is left of a word without
a dictionary's word must be a row of endings in their fixed order.
"""

import re
from collections.abc import Container

from index.analysis import russian_letters

_PLURAL = "(?:[лдт][ае]р)?"
_POSSESSION = "(?:[ыи]?м[ыи]з|[ыи]?н[ыи]з|[ыи]?м|[ыи]?н|с[ыи]|[ыи])?"
_CASE = "(?:[ндт][ыи]н|[ндт][ыи]|н|[гкн][ае]|[ае]|н?[дт][ае]|[ндт][ае]н|[мбп]ен)?"
_QUALITY = "(?:[гк][ыи]|[лдт][ыи]|с[ыи]з|[лдт][ыи]к|[дт][ае]й|ш[ае])?"
_NOMINAL = f"{_PLURAL}{_POSSESSION}{_CASE}{_QUALITY}{_PLURAL}{_CASE}"
_VOICE = "(?:[ыи]?[лн])?"
_VERBAL = (
    f"{_VOICE}[ыи]?(?:[гк][ае]н|[аеий]т[ыи]н|т[ыи]н|[аеий]д[ыи]|[дт][ыи]|[ыи]?п|уш[ыи]|у|"
    f"с[ае]|[ае]?р|[аей]|[мбп][ае]к)"
)
_NOMINAL_ROW = re.compile(_NOMINAL)
_VERBAL_ROW = re.compile(_VERBAL + _NOMINAL)
_SHORTEST = 2


def dictionary_forms(word: str, dictionary: Container[str]) -> list[str]:
    """The words of a dictionary that a folded word may be a form of, the longest first.

    Nouns stand there without endings, verbs with -у: «жылытатын» gives «жылыту». A word that
    lost its last sound before an ending gets it back: «кітабы» gives «кітап».
    """
    typed = russian_letters(word)
    found = [word] if word in dictionary else []
    for cut in range(len(word) - 1, _SHORTEST - 1, -1):
        stem, ending = word[:cut], typed[cut:]
        softened = ending[0] in "ыи" and stem[-1] in _HARDENED
        nouns = [stem, stem[:-1] + _HARDENED[stem[-1]]] if softened else [stem]
        known = [noun for noun in nouns if noun in dictionary]
        if known and _NOMINAL_ROW.fullmatch(ending):
            found += known
        if stem + "у" in dictionary and _VERBAL_ROW.fullmatch(ending):
            found.append(stem + "у")
    return list(dict.fromkeys(found))


_HARDENED = {"б": "п", "г": "к", "ғ": "қ"}
