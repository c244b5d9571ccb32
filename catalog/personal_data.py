"""Warns of what people write into texts that everybody will read: names, phones, addresses, IINs.

Warnings, not problems: a text with one can be saved and given in. Patterns are narrow on purpose;
whoever is warned for nothing soon reads no warning. No dictionary of names is complete, so a name
is one where two words say so: a given name, a patronymic, a surname's ending, initials, a role.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.drafts import Draft
from catalog.given_names import GIVEN_NAMES, WELL_KNOWN
from catalog.problems import Problem, ProblemCode

_MOST_PER_FIELD: Final = 5

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_PAGE: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|wa\.me|api\.whatsapp\.com|instagram\.com|vk\.com"
    r"|facebook\.com|fb\.com|tiktok\.com|ok\.ru|threads\.net)/[\w@.+?=&/-]*[\w+]",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@./])@([A-Za-z][A-Za-z0-9_]{4,31})\b(?![.(@])")
# Programmers write the same sign before much else.
_WRITE_TO: Final = re.compile(
    r"telegram|телеграм|\bтг\b|insta|инста|whats|ватсап|tiktok|тикток|пиш|жаз|ник\b|nick|contact"
    r"|write|follow|связ|байланыс|подпис|жазыл",
    re.IGNORECASE,
)
_GAP: Final = r"[\s\u00a0().\u2010-\u2015-]{0,3}"
_PHONE: Final = re.compile(
    # Kazakhstan's and Russia's: +7 or 8, ten digits, an area of three or four first.
    rf"(?<![\w.,+/-])(?:\+?\s?7|8){_GAP}(?:[3-9]\d{{2}}{_GAP}\d|[3-9]\d{{3}}{_GAP})\d{{2}}"
    rf"{_GAP}\d{{2}}{_GAP}\d{{2}}(?![\w/-]?\d)"
    # The same without the country, in the usual groups.
    r"|(?<![\w.,+/-])\(?7[0-9]\d\)?[\s-]\d{3}[\s-]\d{2}[\s-]?\d{2}(?![\w/-]?\d)"
    # Any other country's.
    rf"|(?<![\w+])\+[1-9]\d{{0,2}}(?:{_GAP}\d){{8,12}}(?!\d)"
)
_LOCAL_PHONE: Final = re.compile(
    r"(?:тел(?:ефон\w*)?|тлф|звон\w+|моб(?:ильный)?|ұялы|қоңырау\w*|байланыс\w*|whats\s?app|ватсап\w*"
    r"|phone|call|tel)\b[^\d\n]{0,15}(\d{2,3}[\s-]?\d{2}[\s-]?\d{2})(?![\w-]?\d)",
    re.IGNORECASE,
)
_TWELVE_DIGITS: Final = re.compile(r"(?<![\w.,+-])(\d{6}[\s\u00a0]?\d{6})(?![.,-]?\d)(?!\w)")
_IIN_BEFORE: Final = re.compile(r"(?:ИИН|ЖСН|IIN)\W{0,5}$", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """Something personal in a text: what kind, the very words, and where they begin."""

    code: ProblemCode
    text: str
    start: int


def warnings_for(draft: Draft) -> list[Problem]:
    """What of a draft's texts looks like somebody's personal data, field by field."""
    return [
        Problem(field, found.code, found.text, {"found": found.text})
        for field, text in _texts(draft)
        for found in list(find(text))[:_MOST_PER_FIELD]
    ]


def find(text: str) -> Iterator[Found]:
    """Everything in a text that looks personal, in its order; of what overlaps, the first kind."""
    taken: list[tuple[int, int]] = []
    found = []
    for code, start, end in _candidates(text):
        if all(end <= low or start >= high for low, high in taken):
            taken.append((start, end))
            found.append(Found(code, text[start:end].strip(), start))
    return iter(sorted(found, key=lambda one: one.start))


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    for language, text in draft.texts.items():
        yield f"title_{language}", text.title
        yield f"summary_{language}", text.summary
        yield f"description_{language}", text.description
    for keyword in draft.keywords:
        yield "keywords", keyword
    for picture in draft.pictures:
        for alt in picture.alt.values():
            yield "pictures", alt


def _candidates(text: str) -> Iterator[tuple[ProblemCode, int, int]]:
    if any(letter.isdigit() for letter in text):
        for match in _TWELVE_DIGITS.finditer(text):
            if _is_iin(re.sub(r"\D", "", match[1])) or _IIN_BEFORE.search(text, 0, match.start()):
                yield ProblemCode.IIN_IN_TEXT, match.start(), match.end()
        for match in _PHONE.finditer(text):
            yield ProblemCode.PHONE_IN_TEXT, match.start(), match.end()
        for match in _LOCAL_PHONE.finditer(text):
            yield ProblemCode.PHONE_IN_TEXT, *match.span(1)
    for match in _EMAIL.finditer(text):
        yield ProblemCode.EMAIL_IN_TEXT, match.start(), match.end()
    for match in _PAGE.finditer(text):
        if not _is_bot(match[0]):
            yield ProblemCode.MESSENGER_IN_TEXT, match.start(), match.end()
    for match in _HANDLE.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        if not _is_bot(match[1]) and (re.search(r"[\d_]", match[1]) or _WRITE_TO.search(before)):
            yield ProblemCode.MESSENGER_IN_TEXT, match.start(), match.end()
    for start, end in _names(text):
        yield ProblemCode.NAME_IN_TEXT, start, end


def _is_bot(name: str) -> bool:
    """A bot is a thing that people show, not a person."""
    return name.casefold().rstrip("/").endswith("bot")


def _is_iin(digits: str) -> bool:
    """Twelve digits that begin with a birthday, then the mark of century and sex."""
    century = {"0": 0, "1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
    if digits[6] not in century:
        return False
    try:
        date((century[digits[6]] or 2000) + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return True


# Capital and small letters of Russian, Kazakh, English; a double name has a hyphen.
_UPPER: Final = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_LOWER: Final = "a-zа-яёәғқңөұүһі"
_WORD: Final = rf"[{_UPPER}][{_LOWER}]+(?:-[{_UPPER}][{_LOWER}]+)?"
_INITIAL: Final = rf"[{_UPPER}]\."
_BLANK: Final = r"[ \u00a0]{1,2}"
_RUN: Final = re.compile(rf"(?<![\w.«“\"'’-]){_WORD}(?:{_BLANK}{_WORD}){{1,3}}(?![\w-])")
_WITH_INITIALS: Final = re.compile(
    rf"(?<![\w-])(?:(?P<after>{_WORD}){_BLANK}{_INITIAL}(?:[ \u00a0]?{_INITIAL})?"
    rf"|{_INITIAL}[ \u00a0]?(?:{_INITIAL}[ \u00a0]?)?(?P<before>{_WORD}))(?![\w-])"
)
_LABELLED: Final = re.compile(
    r"\b(?i:авторы?|руководител[ьи]|выполнил[аи]?|подготовил[аи]?|сделал[аи]?|студент(?:ы|ка|ки)?"
    r"|наставник|преподаватель|учитель|авторлары?|жетекшісі|жетекші|орындаған(?:дар)?|дайындаған"
    r"|ұстазы?|authors?|supervisor|mentor|students?|made by|prepared by)(?:\s*[:—–]|\s-)\s*"
    rf"(?P<name>{_WORD}{_BLANK}{_WORD})"
)
# Streets, universities, theorems and prizes are called after people who don't mind.
_CALLED_AFTER: Final = re.compile(
    r"(?:\bим\.|\bимени|\bул\.|\bулиц\w*|\bпр\.|\bпроспект\w*|\bплощад\w*|\bмуз\w+|\bтеатр\w*"
    r"|\bуниверситет\w*|\bзакон\w*|\bтеорем\w*|\bметод\w*|\bалгоритм\w*|\bпреми\w*|\bроман\w*"
    r"|\bстих\w*|\bпоэм\w*|\bnamed after|\bstreet|\buniversity)[\s«“\"]*$",
    re.IGNORECASE,
)
_AFTER_WHOM: Final = re.compile(
    r"[»”\"]?\s*(?:атында\w*|көшес\w*|даңғыл\w*|университет\w*|мұражай\w*|аудан\w*|street|avenue"
    r"|university|museum|theorem|law)",
    re.IGNORECASE,
)
_SURNAME: Final = re.compile(
    r".{2,}(?:ov|ev|iov|in|skii|tskii|enko|chuk|uli|kizi|teg)"
    r"(?:a|u|im|e|oi|ih|imi|ka|ga|ke|ge|t[ei]n|d[ei]n|n[iy]n|mi|pen|ben|men)?$"
    r"|.{2,}sk(?:ogo|omu|im|aia|oi|uiu)$"
)
_PATRONYMIC: Final = re.compile(
    r".{2,}(?:ovich|evich|ovn|evn|ichn|inichn|uli|kizi)(?:a|u|em|e|oi|i)?$"
)
_LATIN: Final = str.maketrans(
    dict(
        zip(
            "абвгдезийклмнопрстуфхъыьэёәғқңөұүһі",
            [*"abvgdezi", "i", *"klmnoprstufh", "", "i", "", "e", "e", "a", "g", "k", "n", "o",
             "u", "u", "h", "i"],
            strict=True,
        ),
        ж="zh", ц="ts", ч="ch", ш="sh", щ="sh", ю="iu", я="ia", y="i", q="k", w="u", x="ks", j="zh",
    )
)  # fmt: skip


def _names(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABELLED.finditer(text):
        yield match.span("name")
    for match in _WITH_INITIALS.finditer(text):
        surname = _key(match["after"] or match["before"])
        if _SURNAME.match(surname) and not _is_known(surname) and not _is_named_after(text, match):
            yield match.span()
    for match in _RUN.finditer(text):
        if _is_named_after(text, match):
            continue
        words = [(found[0], found.span()) for found in re.finditer(_WORD, match[0])]
        span = _name_within([_Word.of(word, *where) for word, where in words])
        if span is not None:
            yield match.start() + span[0], match.start() + span[1]


@dataclass(frozen=True)
class _Word:
    """A capitalized word: where it stands, and what of a name it may be."""

    start: int
    end: int
    given: bool
    surname: bool
    known: bool

    @classmethod
    def of(cls, word: str, start: int, end: int) -> "_Word":
        key = _key(word)
        surname = bool(_SURNAME.match(key) or _PATRONYMIC.match(key))
        return cls(start, end, _is_given(word, key), surname, _is_known(key))


def _name_within(words: list[_Word]) -> tuple[int, int] | None:
    """Where among capitalized words a person's name stands, as far as it goes."""
    if any(word.known for word in words):
        return None
    for place, (one, other) in enumerate(zip(words, words[1:], strict=False)):
        if (one.given and (other.given or other.surname)) or (other.given and one.surname):
            end = other.end
            for more in words[place + 2 :]:
                if not (more.given or more.surname):
                    break
                end = more.end
            return one.start, end
    return None


def _is_given(word: str, key: str) -> bool:
    """A given name; of Cyrillic ones also the other cases (up to three letters more, or another)."""
    if key in GIVEN_NAMES:
        return True
    if word.isascii():
        return False
    return any(key[:-cut] in GIVEN_NAMES for cut in (1, 2, 3) if len(key) - cut >= 4) or (
        key[-1] in "eiu" and f"{key[:-1]}a" in GIVEN_NAMES
    )


def _is_known(key: str) -> bool:
    return any(key.startswith(name) for name in WELL_KNOWN)


def _is_named_after(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    return bool(_CALLED_AFTER.search(before) or _AFTER_WHOM.match(text, match.end()))


def _key(word: str) -> str:
    """A word in small Latin letters, however it was spelled: Айгүл, Айгуль and Aigul are one."""
    return word.casefold().translate(_LATIN).replace("ii", "i")
