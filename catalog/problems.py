"""What is wrong with an entry, as a sentence in the reader's language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ProblemCode(StrEnum):
    """Every kind of problem there is; each has its sentences below."""

    MISSING = "missing"
    MISSING_TITLE = "missing_title"
    MISSING_TITLE_IN = "missing_title_in"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NUL = "nul"
    TITLE_FOR_TEXT = "title_for_text"
    NOT_ONE_OF = "not_one_of"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_TEXT = "not_a_text"
    NOT_YES_OR_NO = "not_yes_or_no"
    NO_STATEMENT_ON_FACES = "no_statement_on_faces"
    UNKNOWN = "unknown"
    UNKNOWN_DID_YOU_MEAN = "unknown_did_you_mean"
    AMBIGUOUS = "ambiguous"
    BAD_CODE = "bad_code"
    CODE_TAKEN = "code_taken"
    CODE_DIFFERS = "code_differs"
    SAME_AS_ROW = "same_as_row"
    SEVERAL_MATCH = "several_match"
    STAND_TAKEN = "stand_taken"
    HALL_NEEDED = "hall_needed"
    NOT_PUBLISHABLE = "not_publishable"
    BAD_ROW = "bad_row"


@dataclass(frozen=True)
class Problem:
    """One thing wrong: the field it is about, the value given, and the facts of its sentence."""

    field: str
    code: ProblemCode
    value: str = ""
    facts: Mapping[str, object] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """The sentence in Kazakh, Russian or English (for any other language, English)."""
        position = {"kk": 0, "ru": 1}.get(language, 2)
        return _SENTENCES[self.code][position].format_map(self.facts)


_SENTENCES: Final[Mapping[ProblemCode, tuple[str, str, str]]] = {
    ProblemCode.MISSING: (
        "Бұл жол толтырылуы керек.",
        "Это поле нужно заполнить.",
        "This has to be filled in.",
    ),
    ProblemCode.MISSING_TITLE: (
        "Кемінде бір тілде атау керек.",
        "Нужно название хотя бы на одном языке.",
        "A title in at least one language is needed.",
    ),
    ProblemCode.MISSING_TITLE_IN: (
        "Бұл көрме осы тілдегі атауды талап етеді: {language}.",
        "Эта выставка требует названия на языке: {language}.",
        "This fair asks for a title in: {language}.",
    ),
    ProblemCode.TOO_SHORT: (
        "Тым қысқа: {length} таңба, кемінде {limit} керек.",
        "Слишком коротко: знаков {length}, нужно не меньше {limit}.",
        "Too short: {length} characters, at least {limit} are needed.",
    ),
    ProblemCode.TOO_LONG: (
        "Тым ұзын: {length} таңба, ең көбі {limit}. Қысқартыңыз.",
        "Слишком длинно: знаков {length}, можно не больше {limit}. Сократите.",
        "Too long: {length} characters, at most {limit} fit. Shorten it.",
    ),
    ProblemCode.TOO_MANY: (
        "Тым көп: {count}, ең көбі {limit}.",
        "Слишком много: {count}, можно не больше {limit}.",
        "Too many: {count}, at most {limit} are allowed.",
    ),
    ProblemCode.NUL: (
        "Мәтінде нөлдік таңба бар, файл бүлінген болуы мүмкін. Мәтінді қайта теріңіз.",
        "В тексте есть нулевой символ: похоже, файл повреждён. Наберите текст заново.",
        "The text holds a NUL character, as damaged files do. Type it again.",
    ),
    ProblemCode.TITLE_FOR_TEXT: (
        "Бұл тілде мәтін бар, бірақ атау жоқ. Атауын жазыңыз.",
        "На этом языке есть текст, но нет названия. Добавьте название.",
        "There is a text in this language but no title. Add the title.",
    ),
    ProblemCode.NOT_ONE_OF: (
        "Мұндай мән жоқ. Мыналардың бірін жазыңыз: {choices}.",
        "Такого значения нет. Возможные: {choices}.",
        "There is no such value. Choose one of: {choices}.",
    ),
    ProblemCode.NOT_A_NUMBER: (
        "Бұл жерде бүтін сан керек.",
        "Здесь нужно целое число.",
        "A whole number is needed here.",
    ),
    ProblemCode.OUT_OF_RANGE: (
        "{low} мен {high} аралығындағы сан керек.",
        "Нужно число от {low} до {high}.",
        "A number from {low} to {high} is needed.",
    ),
    ProblemCode.NOT_A_TEXT: (
        "Бұл жерде мәтін керек, ал файлда басқа нәрсе тұр.",
        "Здесь нужен текст, а в файле вложенные данные.",
        "A text is needed here; the file has nested data.",
    ),
    ProblemCode.NOT_YES_OR_NO: (
        "«иә» немесе «жоқ» деп жазыңыз.",
        "Напишите «да» или «нет».",
        "Write yes or no.",
    ),
    ProblemCode.NO_STATEMENT_ON_FACES: (
        "Суретте ешкім танылмайтынын растаңыз.",
        "Подтвердите, что на снимке никого нельзя узнать.",
        "Confirm that nobody can be recognized in the picture.",
    ),
    ProblemCode.UNKNOWN: (
        "Каталогта мұндай жоқ.",
        "В каталоге такого нет.",
        "The catalog has no such entry.",
    ),
    ProblemCode.UNKNOWN_DID_YOU_MEAN: (
        "Каталогта мұндай жоқ. Бәлкім, «{suggestion}»?",
        "В каталоге такого нет. Возможно, «{suggestion}»?",
        "The catalog has no such entry. Did you mean “{suggestion}”?",
    ),
    ProblemCode.AMBIGUOUS: (
        "Бұл атау бірнешеуіне сәйкес келеді: {choices}. Дәлірек жазыңыз.",
        "Под это название подходит несколько: {choices}. Уточните.",
        "This name fits several: {choices}. Be more exact.",
    ),
    ProblemCode.BAD_CODE: (
        "Код алты таңбадан тұрады: 2–9 цифрлары мен латын бас әріптері (I, L, O жоқ).",
        "Код состоит из шести знаков: цифры 2–9 и латинские заглавные без I, L, O.",
        "A code has six characters: digits 2–9 and capital letters without I, L, O.",
    ),
    ProblemCode.CODE_TAKEN: (
        "Бұл код басқа жұмысқа берілген. Кодты өшіріңіз, жаңасы беріледі.",
        "Этот код принадлежит другой работе. Очистите ячейку, код назначится сам.",
        "This code belongs to another exhibit. Empty the cell and a new one will be given.",
    ),
    ProblemCode.CODE_DIFFERS: (
        "Осы external_id бар жұмыстың коды {code}; код өзгермейді. Ұяшықты тазалаңыз.",
        "У работы с таким external_id код {code}; коды не меняются. Очистите ячейку.",
        "The exhibit of this external_id has the code {code}; codes never change. Empty the cell.",
    ),
    ProblemCode.SAME_AS_ROW: (
        "{row}-жолдағы жұмыстың өзі. Бірін қалдырыңыз немесе external_id беріңіз.",
        "Та же работа, что в строке {row}. Оставьте одну или дайте им разные external_id.",
        "The same exhibit as row {row}. Keep one, or give them different external_id.",
    ),
    ProblemCode.SEVERAL_MATCH: (
        "Колледжде мұндай атаулы бірнеше жұмыс бар: {codes}. Қайсысы екенін кодпен көрсетіңіз.",
        "В колледже несколько работ с таким названием: {codes}. Укажите код нужной.",
        "The college has several exhibits of this title: {codes}. Give the code of the one meant.",
    ),
    ProblemCode.STAND_TAKEN: (
        "Бұл стенд бос емес: {by}.",
        "Этот стенд занят: {by}.",
        "This stand is taken by {by}.",
    ),
    ProblemCode.HALL_NEEDED: (
        "Бұл көрмеде мұндай зал жоқ. Залдары: {choices}.",
        "У этой выставки нет такого зала. Есть: {choices}.",
        "This fair has no such hall. It has: {choices}.",
    ),
    ProblemCode.NOT_PUBLISHABLE: (
        "Жұмыс «{state}» күйінде; импорт тек жаңа жұмыстарды жариялайды.",
        "Работа в состоянии «{state}»; импорт публикует только новые работы.",
        "The exhibit is {state}; an import publishes new exhibits only.",
    ),
    ProblemCode.BAD_ROW: (
        "Жол оқылмайды: {reason}",
        "Строка не читается: {reason}",
        "The row can't be read: {reason}",
    ),
}
