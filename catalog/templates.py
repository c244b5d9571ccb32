"""The spreadsheet that colleges fill in: empty, or with their exhibits, in three languages.

What is exported and imported again changes nothing; edited in between, it changes just that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.columns import LISTS
from catalog.drafts import Draft, draft_of
from catalog.entries import exhibits_of
from catalog.errors import NotThere
from catalog.field_names import field_header
from catalog.languages import LANGUAGES
from catalog.models import College, Edition, Exhibit, Proposal
from catalog.permissions import Action, By, Subject, actor_of, colleges_of, is_organizer, require
from catalog.values import draft_from
from catalog.wording import Wording, position
from catalog.workbooks import Guide, Help, as_csv, as_workbook

_TECHNOLOGY_COLUMNS: Final = 3
_IN: Final = {
    "kk": ("(қаз.)", "(орыс.)", "(ағыл.)"),
    "ru": ("(каз.)", "(рус.)", "(англ.)"),
    "en": ("(kk)", "(ru)", "(en)"),
}
_ORGANIZERS: Final = ("hall", "stand")


@dataclass(frozen=True)
class _Words:
    """A column in our files: its header and what to write in it, in (Kazakh, Russian, English)."""

    header: tuple[str, str, str]
    help: tuple[str, str, str]


_COLUMNS: Final[Mapping[str, _Words]] = {
    "code": _Words(
        field_header("code"),
        (
            "Жаңа экспонатта бос қалдырыңыз. Бар кодты өзгертпеңіз: жол сол арқылы танылады.",
            "У нового экспоната оставьте пустым. Имеющийся код не меняйте: по нему узнаётся строка.",
            "Leave it empty for a new exhibit. Don’t change a code: the row is known by it.",
        ),
    ),
    "external_id": _Words(
        field_header("external_id"),
        (
            "Колледждегі өз нөміріңіз, болса. Атауы бірдей екі жұмысты ажыратады.",
            "Ваш номер работы, если есть. Различает две работы с одним названием.",
            "Your own number of the work, if any. Tells two works of one title apart.",
        ),
    ),
    "college": _Words(
        field_header("college"),
        (
            "Колледждің кез келген атауы.",
            "Любое название колледжа.",
            "Any name of the college.",
        ),
    ),
    "title": _Words(
        field_header("title"),
        (
            "3–150 таңба, кемінде бір тілде.",
            "3–150 знаков, хотя бы на одном языке.",
            "3–150 characters, in at least one language.",
        ),
    ),
    "summary": _Words(
        field_header("summary"),
        (
            "Бір-екі сөйлем, ең көбі 300 таңба.",
            "Одно-два предложения, не больше 300 знаков.",
            "A sentence or two, 300 characters at most.",
        ),
    ),
    "description": _Words(
        field_header("description"),
        (
            "Не жасайды, қалай жасалған, кімге керек. Ең көбі 5000 таңба.",
            "Что делает, как устроено, кому нужно. Не больше 5000 знаков.",
            "What it does, how it is made, whom it helps. 5000 characters at most.",
        ),
    ),
    "kind": _Words(
        field_header("kind"),
        (
            "Тізімнен таңдаңыз.",
            "Выберите из списка.",
            "Choose from the list.",
        ),
    ),
    "field": _Words(
        field_header("field"),
        (
            "Тізімнен таңдаңыз.",
            "Выберите из списка.",
            "Choose from the list.",
        ),
    ),
    "specialty": _Words(
        field_header("specialty"),
        (
            "Тізімнен таңдаңыз немесе жаңасын жазыңыз.",
            "Выберите из списка или впишите новую.",
            "Choose from the list, or write a new one.",
        ),
    ),
    "technologies": _Words(
        field_header("technologies"),
        (
            "Тізімнен таңдаңыз, әр бағанға біреуден; бір ұяшыққа «;» арқылы бірнешеуін жазуға болады.",
            "Выберите из списка, по одной в столбец; можно несколько в одной ячейке через «;».",
            "Choose from the list, one a column; several in one cell are parted by “;”.",
        ),
    ),
    "keywords": _Words(
        field_header("keywords"),
        (
            "«;» арқылы, ең көбі 10.",
            "Через «;», не больше 10.",
            "Parted by “;”, 10 at most.",
        ),
    ),
    "creators": _Words(
        field_header("creators"),
        (
            "Тек рөлдер, «;» арқылы: автор; автор; жетекші. Аты-жөнін жазбаңыз.",
            "Только роли, через «;»: автор; автор; руководитель. Имён не пишите.",
            "Roles alone, parted by “;”: author; author; supervisor. Write no names.",
        ),
    ),
    "team_size": _Words(
        field_header("team_size"),
        ("1–100 аралығындағы сан.", "Число от 1 до 100.", "A number from 1 to 100."),
    ),
    "course": _Words(
        field_header("course"),
        ("1–4 аралығындағы сан.", "Число от 1 до 4.", "A number from 1 to 4."),
    ),
    "seeking": _Words(
        field_header("seeking"),
        (
            "«;» арқылы: тағылымдама; пилоттық жоба; инвестиция; хакатон.",
            "Через «;»: стажировка; пилотный проект; инвестиции; хакатон.",
            "Parted by “;”: internship; pilot; investment; hackathon.",
        ),
    ),
    "contactable": _Words(
        field_header("contactable"),
        ("иә немесе жоқ.", "да или нет.", "yes or no."),
    ),
    "links": _Words(
        field_header("links"),
        (
            "https:// деп басталатын мекенжайлар, «;» арқылы, ең көбі 5.",
            "Адреса с https://, через «;», не больше 5.",
            "Addresses that begin with https://, parted by “;”, 5 at most.",
        ),
    ),
    "pictures": _Words(
        field_header("pictures"),
        (
            "Бірге жүктелетін ZIP ішіндегі файл аттары, «;» арқылы, ең көбі 8.",
            "Имена файлов из архива ZIP, который загружается вместе, через «;», не больше 8.",
            "Names of files in the ZIP that is uploaded with it, parted by “;”, 8 at most.",
        ),
    ),
    "picture_alt": _Words(
        field_header("picture_alt"),
        (
            "Бір сөйлем, көрмейтіндерге оқылады. Бос болса — экспонаттың атауы.",
            "Одно предложение, его услышат незрячие. Если пусто — название экспоната.",
            "A sentence, read out to the blind. If empty, the exhibit’s title.",
        ),
    ),
    "nobody_recognizable": _Words(
        field_header("nobody_recognizable"),
        (
            "иә — суреттен ешкімді тануға болмайды; әйтпесе келісімдерді экспонат бетінде көрсетіңіз.",
            "да — на снимках никого не узнать; иначе укажите согласия на странице экспоната.",
            "yes: nobody can be recognized; else name the consents on the exhibit’s page.",
        ),
    ),
    "power_watts": _Words(
        field_header("power_watts"),
        (
            "Стендке қанша электр керек. Көпшілікке көрінбейді.",
            "Сколько электричества нужно стенду. Публике не видно.",
            "How much power the stand needs. Not public.",
        ),
    ),
    "floor_area": _Words(
        field_header("floor_area"),
        (
            "Шаршы метр, бүтін сан. Көпшілікке көрінбейді.",
            "Квадратные метры, целое число. Публике не видно.",
            "Square metres, a whole number. Not public.",
        ),
    ),
    "network": _Words(
        field_header("network"),
        (
            "Интернет керек пе: иә немесе жоқ.",
            "Нужен ли интернет: да или нет.",
            "Whether internet is needed: yes or no.",
        ),
    ),
    "noise": _Words(
        field_header("noise"),
        (
            "Шулы ма: иә немесе жоқ.",
            "Шумит ли: да или нет.",
            "Whether it is noisy: yes or no.",
        ),
    ),
    "fire": _Words(
        field_header("fire"),
        (
            "Ашық от не дәнекерлеу бола ма: иә немесе жоқ.",
            "Будет ли открытый огонь или сварка: да или нет.",
            "Whether there is open fire or welding: yes or no.",
        ),
    ),
    "people": _Words(
        field_header("people"),
        ("Сан.", "Число.", "A number."),
    ),
    "teacher_phone": _Words(
        field_header("teacher_phone"),
        (
            "Тек ұйымдастырушылар көреді.",
            "Видят только организаторы.",
            "Only organizers see it.",
        ),
    ),
    "hall": _Words(
        field_header("hall"),
        ("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose from the list."),
    ),
    "stand": _Words(
        field_header("stand"),
        ("Стендтің нөмірі.", "Номер стенда.", "The number of the stand."),
    ),
}
_IN_LANGUAGES: Final = ("title", "summary", "description")
_WIDE: Final = {"description": 48, "title": 36, "summary": 36, "technologies": 24, "links": 30}

_SHEET: Final = ("Экспонаттар", "Экспонаты", "Exhibits")
_GUIDE: Final = ("Қалай толтыру керек", "Как заполнять", "How to fill it in")
_LISTS: Final = ("Тізімдер", "Списки", "Lists")
_FIRST_LINE: Final = (
    "Әр жолға бір экспонат. Бос ұяшық, «-» немесе «жоқ» бұрынғыны қалдырады, [тазарту] өшіреді."
    " Түсіндірме — келесі парақта.",
    "Одна строка — один экспонат. Пустая ячейка, «-» или «нет» оставляют как было, [очистить]"
    " стирает. Пояснения — на следующем листе.",
    "One exhibit a row. An empty cell or “-” keeps what is there, [clear] removes it. The next"
    " sheet explains the columns.",
)


def template(
    session: Session,
    language: str,
    *,
    by: By,
    college: str | None = None,
    edition: str | None = None,
) -> bytes:
    """An empty workbook to fill in, its columns named in `language`, with drop-downs.

    `college` and `edition` as in `export`. Raises Refused for who may import nothing there.
    """
    reach = _reach(session, Action.IMPORT_ROWS, edition, college, by)
    return _workbook(session, reach, (), language)


def export(
    session: Session,
    language: str,
    *,
    by: By,
    college: str | None = None,
    edition: str | None = None,
    csv: bool = False,
) -> bytes:
    """The exhibits of a college, in whatever state, as the workbook that is imported again.

    `college` (a slug) None: of all one's own, for organizers all there are. `edition` None: the
    current one. What is proposed for an approved exhibit stands in its place. With `csv` it is a
    table that Excel doesn't calculate. Raises Refused for who may not have it.
    """
    reach = _reach(session, Action.EXPORT_ROWS, edition, college, by)
    proposals = {
        row.exhibit_id: row.content
        for row in session.scalars(
            select(Proposal).join(Proposal.exhibit).where(Exhibit.edition_id == reach.edition.id)
        )
    }
    drafts = [
        (
            exhibit.code,
            draft_from(proposals[exhibit.id]) if exhibit.id in proposals else draft_of(exhibit),
        )
        for exhibit in exhibits_of(session, reach.edition)
        if reach.colleges is None or exhibit.college.slug in reach.colleges
    ]
    if csv:
        wording = Wording(session, reach.edition, language)
        names, rows = _rows(reach, drafts, wording)
        return as_csv([header(name, language) for name in names], rows)
    return _workbook(session, reach, drafts, language)


def header(column: str, language: str) -> str:
    """What a column (`title_kk`, `technologies_2`, `kind`) is called in our files."""
    base, _, last = column.rpartition("_")
    if last in LANGUAGES and base in _COLUMNS:
        mark = _IN[language][LANGUAGES.index(last)]
        return f"{_COLUMNS[base].header[position(language)]} {mark}"
    if last.isdecimal() and base in LISTS:
        return f"{_COLUMNS[base].header[position(language)]} {last}"
    return _COLUMNS[column].header[position(language)]


@dataclass(frozen=True)
class _Reach:
    """Whose exhibits a file holds (None: everybody's), and whether an organizer gets it."""

    edition: Edition
    colleges: frozenset[str] | None
    for_organizer: bool


def _reach(
    session: Session, action: Action, edition: str | None, college: str | None, by: By
) -> _Reach:
    actor = actor_of(session, by)
    wanted = Edition.is_current if edition is None else Edition.slug == edition
    place = session.scalars(select(Edition).where(wanted)).one_or_none()
    if place is None:
        raise NotThere("There is no such edition.")
    organizer = is_organizer(actor, Subject(edition=place.id))
    if college is not None:
        found = session.scalars(select(College).where(College.slug == college)).one_or_none()
        if found is None:
            raise NotThere(f"There is no college {college!r}.")
        require(actor, action, Subject(found.id, place.id))
        return _Reach(place, frozenset({college}), organizer)
    numbers = colleges_of(actor, action)
    if numbers is None:
        require(actor, action, Subject(edition=place.id))
        return _Reach(place, None, organizer)
    for number in numbers or [None]:
        require(actor, action, Subject(number, place.id))
    slugs = session.scalars(select(College.slug).where(College.id.in_(numbers)))
    return _Reach(place, frozenset(slugs), organizer)


def _columns(reach: _Reach, most_technologies: int) -> list[str]:
    names: list[str] = []
    for name in _COLUMNS:
        if name == "college" and reach.colleges is not None and len(reach.colleges) == 1:
            continue
        if name in _ORGANIZERS and not reach.for_organizer:
            continue
        if name in _IN_LANGUAGES:
            names += [f"{name}_{language}" for language in LANGUAGES]
        elif name == "technologies":
            count = max(most_technologies, _TECHNOLOGY_COLUMNS)
            names += [f"{name}_{number}" for number in range(1, count + 1)]
        else:
            names.append(name)
    return names


def _rows(
    reach: _Reach, drafts: Sequence[tuple[str, Draft]], wording: Wording
) -> tuple[list[str], list[list[str]]]:
    most = max((len(draft.technologies) for _, draft in drafts), default=0)
    names = _columns(reach, most)
    rows = []
    for code, draft in drafts:
        cells = {"code": code, **wording.cells(draft)}
        rows.append([cells.get(name, "") for name in names])
    return names, rows


def _workbook(
    session: Session, reach: _Reach, drafts: Sequence[tuple[str, Draft]], language: str
) -> bytes:
    wording = Wording(session, reach.edition, language)
    names, rows = _rows(reach, drafts, wording)
    place = position(language)
    lists = _lists(reach, wording)
    columns = []
    for name in names:
        base = name if name in _COLUMNS else name.rpartition("_")[0]
        columns.append(
            Help(
                header=header(name, language),
                text=_COLUMNS[base].help[place],
                choices=tuple(lists.get(base, ())),
                open_ended=base in ("specialty", "technologies"),
                width=_WIDE.get(base, 16),
            )
        )
    guide = Guide(
        sheet=_SHEET[place],
        guide=_GUIDE[place],
        lists=_LISTS[place],
        first_line=_FIRST_LINE[place],
    )
    return as_workbook(guide, columns, rows)


def _lists(reach: _Reach, wording: Wording) -> dict[str, list[str]]:
    """What each drop-down offers."""
    mine = reach.colleges or wording.colleges.by_slug.keys()
    taught = {
        row.slug
        for slug in mine
        if slug in wording.colleges.by_slug
        for row in wording.colleges.by_slug[slug].specialties
    }
    # A college's own specialties first, then those that others teach.
    names = wording.specialty_names
    own = wording.listed({slug: name for slug, name in names.items() if slug in taught})
    others = wording.listed({slug: name for slug, name in names.items() if slug not in taught})
    flags = ("contactable", "nobody_recognizable", "network", "noise", "fire")
    return {
        "kind": wording.kinds(),
        "field": list(wording.fields.values()),
        "specialty": [*own, *others],
        "technologies": wording.listed(wording.technologies),
        "college": wording.listed({slug: wording.college_names[slug] for slug in mine}),
        "hall": list(wording.halls.values()),
        **dict.fromkeys(flags, wording.yes_no()),
    }
