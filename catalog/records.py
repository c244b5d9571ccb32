"""What the catalog hands out: frozen records, texts by language, nothing that knows a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.choices import (
    AwardLevel,
    AwardPlace,
    Kind,
    LinkKind,
    MemberRole,
    Origin,
    Role,
    Seeking,
)


@dataclass(frozen=True)
class HallRecord:
    slug: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class EditionRecord:
    slug: str
    year: int
    names: Mapping[str, str]
    venue: Mapping[str, str]
    starts_on: date | None
    ends_on: date | None
    gallery_on: bool
    is_demo: bool
    is_current: bool
    halls: tuple[HallRecord, ...]


@dataclass(frozen=True)
class FieldRecord:
    slug: str
    names: Mapping[str, str]
    hue: int


@dataclass(frozen=True)
class SpecialtyRecord:
    slug: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class AwardRecord:
    """A medal or prize; `issuer` is who gave it, as they write themselves."""

    names: Mapping[str, str]
    issuer: str
    level: AwardLevel
    place: AwardPlace
    year: int


@dataclass(frozen=True)
class CollegeBrief:
    slug: str
    names: Mapping[str, str]
    short_names: Mapping[str, str]


@dataclass(frozen=True)
class CollegeRecord:
    """All public facts of a college; `exhibit_count` counts its public exhibits in one edition.

    `awards` are the college's own, the newest first.
    """

    slug: str
    names: Mapping[str, str]
    short_names: Mapping[str, str]
    aliases: tuple[str, ...]
    address: Mapping[str, str]
    about: Mapping[str, str]
    phone: str | None
    email: str | None
    site: str | None
    study_url: str | None
    founded: int | None
    specialties: tuple[SpecialtyRecord, ...]
    exhibit_count: int
    awards: tuple[AwardRecord, ...] = ()


@dataclass(frozen=True)
class TechnologyRecord:
    """A technology: `labels` are the preferred ones, `alternatives` all others by language.

    `broader` and `narrower` are slugs, one step up and down; `exhibit_count` counts the public
    exhibits of one edition that name this technology itself.
    """

    slug: str
    labels: Mapping[str, str]
    alternatives: Mapping[str, tuple[str, ...]]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    exhibit_count: int


@dataclass(frozen=True)
class TextRecord:
    title: str
    summary: str
    description: str
    origin: Origin


@dataclass(frozen=True)
class PictureRecord:
    hash: str
    alt: Mapping[str, str]


@dataclass(frozen=True)
class CreatorRecord:
    """Who made or shows an exhibit; without a name where none is public."""

    role: Role
    name: str | None


@dataclass(frozen=True)
class ExhibitRecord:
    """A public exhibit, whole; `texts` are in the order kk, ru, en and hold at least one."""

    code: str
    edition_slug: str
    texts: Mapping[str, TextRecord]
    college: CollegeBrief
    field: FieldRecord | None
    kind: Kind | None
    specialty: Mapping[str, str]
    specialty_slug: str | None
    technologies: tuple[str, ...]
    keywords: tuple[str, ...]
    hall: str | None
    hall_names: Mapping[str, str]
    stand: str | None
    creators: tuple[Role, ...]
    team_size: int | None
    course: int | None
    seeking: tuple[Seeking, ...]
    contactable: bool
    pictures: tuple[PictureRecord, ...]
    people: tuple[CreatorRecord, ...] = ()
    awards: tuple[AwardRecord, ...] = ()


@dataclass(frozen=True)
class PinRecord:
    """An exhibit that a curator pinned, with what they say of it, by language."""

    code: str
    notes: Mapping[str, str]


@dataclass(frozen=True)
class ShowcaseRecord:
    """A showcase: its pins, then what its query finds but `left_out`.

    `cover` is the code of the exhibit whose picture stands for it.
    """

    slug: str
    edition_slug: str
    titles: Mapping[str, str]
    introductions: Mapping[str, str]
    query: str
    cover: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    pins: tuple[PinRecord, ...]
    left_out: frozenset[str]

    def is_open(self, now: datetime) -> bool:
        """Whether it is the showcase's time."""
        begun = self.starts_at is None or self.starts_at <= now
        return begun and (self.ends_at is None or now < self.ends_at)

    def filled(self, found: Iterable[str], limit: int) -> tuple[str, ...]:
        """The codes it shows: every pin, then what was found that is neither pinned nor left out.

        What is found stops at `limit` exhibits in all.
        """
        pinned = [one.code for one in self.pins]
        more = [
            code
            for code in dict.fromkeys(found)
            if code not in self.left_out and code not in pinned
        ]
        return (*pinned, *more[: max(limit - len(pinned), 0)])


@dataclass(frozen=True)
class RoleRecord:
    """A role and where it holds; college or edition None: everywhere. `id` is the membership's."""

    id: int
    role: MemberRole
    college: CollegeBrief | None
    edition: str | None


@dataclass(frozen=True)
class PersonRecord:
    """An account as its owner and organizers see it."""

    id: int
    login: str
    name: str
    language: str
    is_demo: bool
    blocked: bool
    roles: tuple[RoleRecord, ...]

    def has_role(self, *roles: MemberRole) -> bool:
        """Whether this person is one of these, anywhere. Decides what is shown, never what is done."""
        return any(one.role in roles for one in self.roles)


@dataclass(frozen=True)
class LinkRecord:
    """A one-time link without its token. `whom` is what the organizer wrote down about it."""

    id: int
    kind: LinkKind
    whom: str
    role: MemberRole | None
    college: CollegeBrief | None
    edition: str | None
    account: int | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class NoticeRecord:
    """Something a person should know; `notices.sentence` and `notices.letter` word it."""

    id: int
    kind: str
    parameters: Mapping[str, str]
    created_at: datetime
    read: bool
