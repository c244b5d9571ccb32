"""What is wrong or odd with a file as a whole, as a sentence in the reader's language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from catalog.errors import WrongFile


class FileReason(StrEnum):
    """Every reason there is not to read a file; each has its sentences below."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_EXCEL = "old_excel"
    PASSWORD = "password"
    NOT_A_TABLE = "not_a_table"
    NO_TEXT = "no_text"
    BAD_ENCODING = "bad_encoding"
    BAD_CSV = "bad_csv"
    DAMAGED = "damaged"
    NO_VISIBLE_SHEET = "no_visible_sheet"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TOO_COMPLEX = "too_complex"
    NO_HEADER = "no_header"
    NO_TITLE = "no_title"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_JSON = "no_json"
    NO_ZIP = "no_zip"
    ZIP_PASSWORD = "zip_password"
    ZIP_UNPACKS_TOO_LARGE = "zip_unpacks_too_large"
    TOO_MANY_FILES = "too_many_files"
    NO_TRANSLATIONS = "no_translations"


class FileRefused(WrongFile):
    """A file isn't read; `reason` says why, `sentence` in three languages."""

    def __init__(self, reason: FileReason, **facts: object) -> None:
        self.reason, self.facts = reason, facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The sentence in Kazakh, Russian or English (for any other language, English)."""
        return _said(_REASONS[self.reason], self.facts, language)


class NoteCode(StrEnum):
    """What a reader should know of a file that was read all the same."""

    OTHER_SHEETS = "other_sheets"
    HIDDEN_SHEETS = "hidden_sheets"
    MERGED = "merged"
    LOST_LETTERS = "lost_letters"
    ENDED_EARLY = "ended_early"


@dataclass(frozen=True)
class FileNote:
    """Something about a file that its owner may not expect."""

    code: NoteCode
    facts: Mapping[str, object] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    def sentence(self, language: str) -> str:
        """The sentence in Kazakh, Russian or English (for any other language, English)."""
        return _said(_NOTES[self.code], self.facts, language)


def _said(sentences: tuple[str, str, str], facts: Mapping[str, object], language: str) -> str:
    said = {
        name: _number(value, language) if isinstance(value, int) else value
        for name, value in facts.items()
    }
    return sentences[{"kk": 0, "ru": 1}.get(language, 2)].format_map(said)


def _number(number: int, language: str) -> str:
    """A number with its thousands apart, as the language parts them."""
    text = f"{number:,}"
    return text.replace(",", "\N{NO-BREAK SPACE}") if language in ("kk", "ru") else text


_REASONS: Final[Mapping[FileReason, tuple[str, str, str]]] = {
    FileReason.EMPTY: (
        "{name} файлы бос.",
        "Файл {name} пуст.",
        "{name} is empty.",
    ),
    FileReason.TOO_LARGE: (
        "{name} тым үлкен: {size} байт, ең көбі {limit}. Бірнеше файлға бөліңіз.",
        "Файл {name} слишком велик: {size} байт, можно не больше {limit}. Разделите его.",
        "{name} has {size} bytes, more than {limit}; split it.",
    ),
    FileReason.OLD_EXCEL: (
        "{name} ескі Excel пішімінде (.xls). Оны .xlsx етіп сақтаңыз.",
        "{name} в старом формате Excel (.xls). Сохраните его как .xlsx.",
        "{name} is in the old Excel format (.xls); save it as .xlsx.",
    ),
    FileReason.PASSWORD: (
        "{name} құпиясөзбен қорғалған. Құпиясөзді алып тастап, .xlsx етіп сақтаңыз.",
        "{name} защищён паролем. Снимите пароль и сохраните как .xlsx.",
        "{name} has a password; take it off and save it as .xlsx.",
    ),
    FileReason.NOT_A_TABLE: (
        "{name} — {what}, кесте емес. Кестені .xlsx не .csv етіп сақтаңыз.",
        "{name} — это {what}, а не таблица. Сохраните таблицу как .xlsx или .csv.",
        "{name} is no table but {what}; save the table as .xlsx or .csv.",
    ),
    FileReason.NO_TEXT: (
        "{name} мәтін де, XLSX файлы да емес. Кестені XLSX не CSV етіп сақтаңыз.",
        "{name} — не текст и не файл XLSX. Сохраните таблицу как XLSX или CSV.",
        "{name} is no text and no XLSX file; save the table as XLSX or CSV.",
    ),
    FileReason.BAD_ENCODING: (
        "{name} {encoding} мәтіні ретінде оқылмайды ({at}-байтта). UTF-8 етіп сақтаңыз.",
        "{name} не читается как текст {encoding} (байт {at}). Сохраните его в UTF-8.",
        "{name} can't be read as {encoding} text (at byte {at}); save it as UTF-8.",
    ),
    FileReason.BAD_CSV: (
        "{name} {line}-жолға жақын жерде CSV ретінде оқылмайды: {error}.",
        "{name} не читается как CSV около строки {line}: {error}.",
        "{name} can't be read as CSV near line {line}: {error}.",
    ),
    FileReason.DAMAGED: (
        "{name} XLSX кітабы ретінде оқылмайды ({error}). Оны Excel не LibreOffice-те ашып,"
        " қайта сақтаңыз.",
        "{name} не читается как книга XLSX ({error}). Откройте его в Excel или LibreOffice"
        " и сохраните заново.",
        "{name} can't be read as an XLSX workbook ({error}); it may be damaged. Open it in Excel or"
        " LibreOffice and save it again.",
    ),
    FileReason.NO_VISIBLE_SHEET: (
        "{name} ішінде көрінетін парақ жоқ. Экспонаттар парағын ашыңыз.",
        "В {name} нет видимого листа. Откройте лист с экспонатами.",
        "{name} has no visible sheet; show the one with the exhibits.",
    ),
    FileReason.UNPACKS_TOO_LARGE: (
        "{name} ашылғанда {size} байт болады, ең көбі {limit}. Тек экспонаттар парағын сақтаңыз.",
        "{name} распаковался бы в {size} байт, можно не больше {limit}. Сохраните только лист"
        " с экспонатами.",
        "{name} would unpack to {size} bytes, more than {limit}; save only the sheet with the"
        " exhibits.",
    ),
    FileReason.TOO_COMPLEX: (
        "{name} ішінде ұяшықтар тым көп. Тек экспонаттар парағын жаңа файлға көшіріңіз.",
        "В {name} слишком много ячеек. Перенесите только лист с экспонатами в новый файл.",
        "{name} holds too many cells; copy only the sheet with the exhibits into a new file.",
    ),
    FileReason.NO_HEADER: (
        "{name} ішінде тақырып жолы жоқ: алғашқы {within} жолдың бірде-бірі бағанды атамайды."
        " «Атауы» не «Колледж» деген тақырып қосыңыз немесе үлгіні алыңыз.",
        "В {name} нет строки заголовков: ни одна из первых {within} строк не называет столбец."
        " Добавьте заголовок «Название» или «Колледж», либо возьмите шаблон.",
        "{name} has no header row: none of its first {within} rows names a column such as title"
        " (название, атауы) or college (колледж). Add one, or take the template.",
    ),
    FileReason.NO_TITLE: (
        "Файлда экспонат атауының бағаны жоқ; бір бағанды «Атауы» деп атаңыз. Бар бағандар: {has}.",
        "В файле нет столбца с названием экспоната; назовите один «Название». Есть столбцы: {has}.",
        "The file has no column for the title; name one title (название, атауы). It has: {has}.",
    ),
    FileReason.TOO_MANY_ROWS: (
        "{name} ішінде {limit} жолдан көп. Бірнеше файлға бөліңіз.",
        "В {name} больше {limit} строк. Разделите его на несколько файлов.",
        "{name} has more than {limit} rows; split it.",
    ),
    FileReason.TOO_MANY_COLUMNS: (
        "{name} файлының {row}-жолында {count} баған бар, ең көбі {limit}. Бұл экспонаттар"
        " кестесі ме?",
        "В строке {row} файла {name} столбцов {count}, можно не больше {limit}. Это таблица"
        " экспонатов?",
        "Row {row} of {name} has {count} columns, more than {limit}; is it a table of exhibits?",
    ),
    FileReason.NO_JSON: (
        "{name} ішінде әр жолда JSON нысаны жоқ.",
        "В {name} нет объектов JSON по одному на строку.",
        "{name} holds no JSON object a line.",
    ),
    FileReason.NO_ZIP: (
        "{name} ZIP мұрағаты ретінде оқылмайды. Суреттерді қайта мұрағаттаңыз.",
        "{name} не читается как архив ZIP. Упакуйте снимки заново.",
        "{name} can't be read as a ZIP; pack the pictures again.",
    ),
    FileReason.ZIP_PASSWORD: (
        "{name} құпиясөзбен қорғалған. Суреттерді құпиясөзсіз мұрағаттаңыз.",
        "{name} защищён паролем. Упакуйте снимки без пароля.",
        "{name} has a password; pack the pictures without one.",
    ),
    FileReason.ZIP_UNPACKS_TOO_LARGE: (
        "{name} ашылғанда {size} байт болады, ең көбі {limit}. Суреттерді бөліп жүктеңіз.",
        "{name} распаковался бы в {size} байт, можно не больше {limit}. Загрузите снимки по"
        " частям.",
        "{name} would unpack to {size} bytes, more than {limit}; upload the pictures in parts.",
    ),
    FileReason.TOO_MANY_FILES: (
        "{name} ішінде {limit} файлдан көп. Суреттерді бөліп жүктеңіз.",
        "В {name} больше {limit} файлов. Загрузите снимки по частям.",
        "{name} holds more than {limit} files; upload the pictures in parts.",
    ),
    FileReason.NO_TRANSLATIONS: (
        "{name} — аудармалар файлы емес: мына бағандар жоқ: {missing}. Файлды қайта алыңыз.",
        "{name} — не файл переводов: нет столбцов {missing}. Скачайте файл заново.",
        "{name} is no file of translations: it lacks the columns {missing}. Take the file again.",
    ),
}

_NOTES: Final[Mapping[NoteCode, tuple[str, str, str]]] = {
    NoteCode.OTHER_SHEETS: (
        "«{sheet}» парағы оқылды; қалғандары алынбады: {others}.",
        "Прочитан лист «{sheet}»; остальные не взяты: {others}.",
        "The sheet “{sheet}” was read; others were left out: {others}.",
    ),
    NoteCode.HIDDEN_SHEETS: (
        "Жасырын парақтар оқылмайды: {sheets}.",
        "Скрытые листы не читаются: {sheets}.",
        "Hidden sheets aren’t read: {sheets}.",
    ),
    NoteCode.MERGED: (
        "Біріктірілген ұяшықтар бар ({ranges}): мән бағанның барлық жолына қойылды.",
        "Есть объединённые ячейки ({ranges}): значение взято для всех строк столбца.",
        "There are merged cells ({ranges}): their value was taken for each row of the column.",
    ),
    NoteCode.LOST_LETTERS: (
        "Файл cp1251 кодтауында, онда қазақ әріптері жоқ: олардың орнында «?» болуы мүмкін. UTF-8"
        " не XLSX етіп сақтаңыз.",
        "Файл в кодировке cp1251, в ней нет казахских букв: на их месте мог остаться «?». Сохраните"
        " его в UTF-8 или XLSX.",
        "The file is in cp1251, which has no Kazakh letters: they may have become “?”. Save it in"
        " UTF-8 or as XLSX.",
    ),
    NoteCode.ENDED_EARLY: (
        "{row}-жолдан кейін {count} бос жол бар, одан әрі оқылмады.",
        "После строки {row} идут {count} пустых строк, дальше файл не читался.",
        "After row {row} come {count} empty rows; nothing was read beyond them.",
    ),
}
