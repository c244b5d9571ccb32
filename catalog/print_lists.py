"""What goes on paper: the exhibits that are in the hall, and the address their QR codes begin with."""

import ipaddress
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.choices import State
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.models import College, Edition, Exhibit, ExhibitText, Field, Hall
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.refusals import Reason, Refused

# What may get a sign: others have no place at the fair.
IN_THE_HALL: Final = (State.ACCEPTED, State.PUBLISHED)
_LOCAL_NAMES: Final = (".local", ".localhost", ".internal", ".lan", ".home", ".test", ".invalid")


@dataclass(frozen=True)
class PrintedExhibit:
    """An exhibit as a sign names it; `hall` and `stand` are empty where none is assigned."""

    code: str
    titles: Mapping[str, str]
    college: str
    college_names: Mapping[str, str]
    field: str
    hall: str
    hall_names: Mapping[str, str]
    stand: str
    state: State


def printed_exhibits(
    session: Session,
    *,
    edition: str,
    states: Collection[State] = IN_THE_HALL,
    hall: str = "",
    college: str = "",
    field: str = "",
    codes: Collection[str] | None = None,
    by: By,
) -> Sequence[PrintedExhibit]:
    """The exhibits of an edition to be printed, in the order of halls and stands.

    Of `states` those in the hall count; `hall`, `college`, `field` (slugs) and `codes` narrow. What
    is hidden from visitors is left out. For organizers; raises NotThere for an unknown edition.
    """
    place = session.scalars(select(Edition).where(Edition.slug == edition)).one_or_none()
    actor = actor_of(session, by)
    require(actor, Action.PRINT, Subject(edition=place.id if place else None))
    if place is None:
        raise NotThere(f"There is no edition {edition!r}.")
    where = [
        Exhibit.edition_id == place.id,
        ~Exhibit.hidden,
        Exhibit.state.in_(sorted(set(states).intersection(IN_THE_HALL))),
    ]
    if hall:
        where.append(Hall.slug == hall)
    if college:
        where.append(College.slug == college)
    if field:
        where.append(Field.slug == field)
    rows = session.execute(
        select(Exhibit.id, Exhibit.code, Exhibit.state, Exhibit.stand_number, College, Hall, Field)
        .join(College, College.id == Exhibit.college_id)
        .outerjoin(Hall, Hall.id == Exhibit.hall_id)
        .outerjoin(Field, Field.id == Exhibit.field_id)
        .where(*where)
        .order_by(Exhibit.id)
    ).all()
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    texts = select(ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title).where(
        ExhibitText.exhibit_id.in_(select(Exhibit.id).where(Exhibit.edition_id == place.id))
    )
    for owner, language, title in session.execute(texts):
        titles[owner][language] = title
    wanted = None if codes is None else set(codes)
    found = [
        PrintedExhibit(
            row.code,
            {one: titles[row.id][one] for one in LANGUAGES if one in titles[row.id]},
            row.College.slug,
            row.College.names,
            row.Field.slug if row.Field else "",
            row.Hall.slug if row.Hall else "",
            row.Hall.names if row.Hall else {},
            row.stand_number or "",
            State(row.state),
        )
        for row in rows
        if wanted is None or row.code in wanted
    ]
    return sorted(found, key=lambda one: (not one.stand, stand_order(one.hall, one.stand)))


def stand_order(hall: str, stand: str) -> tuple[tuple[int, str], ...]:
    """A key by which A-2 stands before A-10."""
    parts = re.findall(r"\d+|\D+", f"{hall} {stand}")
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def printable_address(public_url: str | None) -> str:
    """The fair's public address, without a slash at its end, fit to be printed.

    Raises Refused where none is set, or where it leads nowhere but on this machine or network.
    """
    address = (public_url or "").strip().rstrip("/")
    if not address:
        raise Refused(Reason.NO_PUBLIC_URL)
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or _is_local(host):
        raise Refused(Reason.PUBLIC_URL_IS_LOCAL, given=address)
    return address


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.casefold().endswith(_LOCAL_NAMES)
