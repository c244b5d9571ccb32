"""Lists of those who run a fair as tables: the register of colleges, and the people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog import accounts, college_register
from catalog.cells import YES_NO
from catalog.choices import State
from catalog.languages import LANGUAGES, best
from catalog.models import College
from catalog.notices import role_name
from catalog.permissions import By
from catalog.records import RoleRecord
from catalog.terms import FAIRS_CLOCK
from catalog.wording import position
from catalog.workbooks import as_csv, as_table

_Words = tuple[str, str, str]
_COLLEGES: Final[Sequence[_Words]] = (
    ("Мекенжай", "Адрес в каталоге", "Address in the catalog"),
    ("Атауы (қазақша)", "Название (казахский)", "Name (Kazakh)"),
    ("Атауы (орысша)", "Название (русский)", "Name (Russian)"),
    ("Атауы (ағылшынша)", "Название (английский)", "Name (English)"),
    ("Басқа атаулары", "Другие названия", "Also called"),
    ("Телефон", "Телефон", "Phone"),
    ("Электрондық пошта", "Электронная почта", "E-mail"),
    ("Сайт", "Сайт", "Website"),
    ("Жіберілді", "Подано", "Given in"),
    ("Жобалар", "Черновики", "Drafts"),
    ("Үйлестірушілер", "Координаторы", "Coordinators"),
    ("Редакторлар", "Редакторы", "Editors"),
    ("Квота", "Квота", "Quota"),
    ("Жеке мерзімі", "Свой срок", "Own deadline"),
)
_PEOPLE: Final[Sequence[_Words]] = (
    ("Логин", "Логин", "Login"),
    ("Аты", "Имя", "Name"),
    ("Рөлі", "Роль", "Role"),
    ("Колледж", "Колледж", "College"),
    ("Жәрмеңке", "Ярмарка", "Fair"),
    ("Бұғатталған", "Заблокирован", "Blocked"),
)


def colleges_table(
    session: Session, language: str, *, edition: str, by: By, csv: bool = False
) -> bytes:
    """The register of colleges with what each has done in an edition; for organizers."""
    lines = college_register.register(session, edition=edition, by=by)
    rows = session.scalars(select(College).options(selectinload(College.aliases)))
    known = {row.slug: row for row in rows}
    table = [
        (
            line.slug,
            *(line.names.get(one, "") for one in LANGUAGES),
            "; ".join(sorted(row.alias for row in known[line.slug].aliases)),
            known[line.slug].phone or "",
            known[line.slug].email or "",
            known[line.slug].site or "",
            str(line.given_in),
            str(line.exhibits.get(State.DRAFT, 0)),
            str(line.coordinators),
            str(line.editors),
            "" if line.quota is None else str(line.quota),
            f"{line.deadline.astimezone(FAIRS_CLOCK):%Y-%m-%d %H:%M}" if line.deadline else "",
        )
        for line in lines
    ]
    return _written(_COLLEGES, table, language, csv=csv)


def people_table(session: Session, language: str, *, by: By, csv: bool = False) -> bytes:
    """Every account that an organizer may manage, a row for each of its roles."""
    table = [
        (
            one.login,
            one.name,
            *_held(role, language),
            YES_NO[one.blocked][position(language)],
        )
        for one in accounts.people(session, by=by)
        for role in one.roles or (None,)
    ]
    return _written(_PEOPLE, table, language, csv=csv)


def _held(role: RoleRecord | None, language: str) -> tuple[str, str, str]:
    if role is None:
        return "", "", ""
    names: Mapping[str, str] = role.college.names if role.college else {}
    college = best(names, language)
    return role_name(role.role, language), college[1] if college else "", role.edition or ""


def _written(
    headers: Sequence[_Words], rows: Iterable[Sequence[str]], language: str, *, csv: bool
) -> bytes:
    write = as_csv if csv else as_table
    return write([header[position(language)] for header in headers], rows)
