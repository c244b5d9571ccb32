"""The exhibit: what a college shows, in what state, and everything that hangs on it."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import Deed, Kind, Origin, Role, Seeking, State
from catalog.models.base import Base, UtcDateTime, in_languages, one_of
from catalog.models.college import College, Specialty
from catalog.models.fair import Edition, Field, Hall
from catalog.models.person import ExhibitPerson, PicturePerson
from catalog.models.technology import Technology


class UsedCode(Base):
    """Every code ever given out; rows are never deleted, so no printed code changes its meaning."""

    __tablename__ = "used_code"

    code: Mapped[str] = mapped_column(Text, primary_key=True)

    __table_args__ = (
        CheckConstraint("length(code) = 6 AND code = upper(code)", name="code_is_6_capitals"),
    )


class Exhibit(Base):
    __tablename__ = "exhibit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("used_code.code"), unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    college_id: Mapped[int] = mapped_column(ForeignKey("college.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"))
    specialty_id: Mapped[int | None] = mapped_column(ForeignKey("specialty.id"))
    hall_id: Mapped[int | None]
    stand_number: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    hidden: Mapped[bool] = mapped_column(default=False)
    team_size: Mapped[int | None]
    course: Mapped[int | None]
    contactable: Mapped[bool] = mapped_column(default=False)
    external_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Rises with every save of the entry or of what is proposed for it: so a second editor is told.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # The account that saved last; no foreign key, as in the history.
    saved_by: Mapped[int | None]
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("exhibit.id"), index=True)

    edition: Mapped[Edition] = relationship()
    college: Mapped[College] = relationship()
    field: Mapped[Field | None] = relationship()
    specialty: Mapped[Specialty | None] = relationship()
    # By hall_id alone: the composite key below also names edition_id, which `edition` writes.
    hall: Mapped[Hall | None] = relationship(primaryjoin="foreign(Exhibit.hall_id) == Hall.id")
    used_code: Mapped[UsedCode] = relationship()
    texts: Mapped[list["ExhibitText"]] = relationship(cascade="all, delete-orphan")
    technology_links: Mapped[list["ExhibitTechnology"]] = relationship(
        order_by="ExhibitTechnology.position", cascade="all, delete-orphan"
    )
    keywords: Mapped[list["ExhibitKeyword"]] = relationship(
        order_by="ExhibitKeyword.position", cascade="all, delete-orphan"
    )
    creators: Mapped[list["ExhibitCreator"]] = relationship(
        order_by="ExhibitCreator.position", cascade="all, delete-orphan"
    )
    people: Mapped[list[ExhibitPerson]] = relationship(
        order_by=ExhibitPerson.position, cascade="all, delete-orphan"
    )
    seeking: Mapped[list["ExhibitSeeking"]] = relationship(
        order_by="ExhibitSeeking.seeking", cascade="all, delete-orphan"
    )
    pictures: Mapped[list["ExhibitPicture"]] = relationship(
        order_by="ExhibitPicture.position", cascade="all, delete-orphan"
    )
    links: Mapped[list["ExhibitLink"]] = relationship(
        order_by="ExhibitLink.position", cascade="all, delete-orphan"
    )
    logistics: Mapped["ExhibitLogistics | None"] = relationship(cascade="all, delete-orphan")
    duplicate_of: Mapped["Exhibit | None"] = relationship(remote_side="Exhibit.id")

    __table_args__ = (
        ForeignKeyConstraint(["edition_id", "hall_id"], ["hall.edition_id", "hall.id"]),
        UniqueConstraint("college_id", "edition_id", "external_id"),
        one_of("kind", Kind),
        one_of("state", State),
        CheckConstraint("course BETWEEN 1 AND 4", name="course_is_1_to_4"),
        CheckConstraint("team_size BETWEEN 1 AND 100", name="team_size_is_sane"),
        CheckConstraint("length(stand_number) BETWEEN 1 AND 20", name="stand_is_short"),
        CheckConstraint("length(external_id) BETWEEN 1 AND 200", name="external_id_is_short"),
        CheckConstraint("updated_at >= created_at", name="updated_after_creation"),
        CheckConstraint("duplicate_of_id <> id", name="no_duplicate_of_itself"),
        Index("ix_exhibit_public", "edition_id", "state"),
        Index(
            "uq_exhibit_stand_not_double_booked",
            "edition_id",
            text("coalesce(hall_id, 0)"),
            "stand_number",
            unique=True,
            sqlite_where=text("state IN ('accepted', 'published')"),
            postgresql_where=text("state IN ('accepted', 'published')"),
        ),
    )


class ExhibitText(Base):
    """An exhibit in one language."""

    __tablename__ = "exhibit_text"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(Text, default=Origin.ORIGINAL)

    __table_args__ = (
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language_is_known"),
        CheckConstraint("length(title) BETWEEN 3 AND 150", name="title_is_3_to_150"),
        CheckConstraint("length(summary) <= 300", name="summary_is_300_at_most"),
        CheckConstraint("length(description) <= 5000", name="description_is_5000_at_most"),
        one_of("origin", Origin),
    )


class ExhibitTechnology(Base):
    __tablename__ = "exhibit_technology"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    technology_id: Mapped[int] = mapped_column(ForeignKey("technology.id"), index=True)

    technology: Mapped[Technology] = relationship()

    __table_args__ = (
        UniqueConstraint("exhibit_id", "technology_id"),
        CheckConstraint("position BETWEEN 0 AND 9", name="ten_at_most"),
    )


class ExhibitKeyword(Base):
    __tablename__ = "exhibit_keyword"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    keyword: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("exhibit_id", "keyword"),
        CheckConstraint("position BETWEEN 0 AND 9", name="ten_at_most"),
        CheckConstraint("length(keyword) BETWEEN 1 AND 60", name="keyword_is_short"),
    )


class ExhibitCreator(Base):
    """Somebody who made or shows the exhibit, by role alone; `ExhibitPerson` gives names."""

    __tablename__ = "exhibit_creator"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("position BETWEEN 0 AND 19", name="twenty_at_most"),
    )


class ExhibitSeeking(Base):
    """What the team looks for."""

    __tablename__ = "exhibit_seeking"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    seeking: Mapped[str] = mapped_column(Text, primary_key=True)

    __table_args__ = (one_of("seeking", Seeking),)


class ExhibitPicture(Base):
    """A picture in its place on the exhibit, with alt text and a word on who can be recognized.

    The public sees it if that is nobody, or if all whom any exhibit says it shows consented.
    """

    __tablename__ = "exhibit_picture"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(ForeignKey("picture.hash"), index=True)
    alt_kk: Mapped[str | None] = mapped_column(Text)
    alt_ru: Mapped[str | None] = mapped_column(Text)
    alt_en: Mapped[str | None] = mapped_column(Text)
    nobody_recognizable: Mapped[bool]

    people: Mapped[list[PicturePerson]] = relationship(
        order_by=PicturePerson.person_id, cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("exhibit_id", "hash"),
        CheckConstraint("position BETWEEN 0 AND 7", name="eight_at_most"),
        CheckConstraint(
            "coalesce(length(alt_kk), 0) + coalesce(length(alt_ru), 0)"
            " + coalesce(length(alt_en), 0) > 0",
            name="alt_text_is_there",
        ),
    )

    @property
    def alt(self) -> dict[str, str]:
        return in_languages(self, "alt")


class ExhibitLink(Base):
    """An address that tells more about the exhibit."""

    __tablename__ = "exhibit_link"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("exhibit_id", "url"),
        CheckConstraint("position BETWEEN 0 AND 4", name="five_at_most"),
        CheckConstraint("url LIKE 'https://%' AND length(url) <= 500", name="url_is_https"),
    )


class ExhibitLogistics(Base):
    """What the stand needs; never public."""

    __tablename__ = "exhibit_logistics"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    power_watts: Mapped[int | None]
    floor_area: Mapped[int | None]
    network: Mapped[bool] = mapped_column(default=False)
    noise: Mapped[bool] = mapped_column(default=False)
    fire: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int | None]
    teacher_phone: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("power_watts BETWEEN 0 AND 100000", name="power_is_sane"),
        CheckConstraint("floor_area BETWEEN 1 AND 1000", name="floor_area_is_sane"),
        CheckConstraint("people BETWEEN 1 AND 50", name="people_are_a_few"),
        CheckConstraint("length(teacher_phone) BETWEEN 1 AND 40", name="phone_is_short"),
    )


class ExhibitHistory(Base):
    """What happened to an exhibit: one line a step, never changed afterwards."""

    __tablename__ = "exhibit_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    deed: Mapped[str] = mapped_column(Text, default=Deed.MOVED, server_default=Deed.MOVED)
    # No foreign key: a line outlives the account it names.
    account_id: Mapped[int | None]
    on_behalf: Mapped[bool] = mapped_column(default=False, server_default=false())
    revision: Mapped[int | None]

    exhibit: Mapped[Exhibit] = relationship()

    __table_args__ = (
        one_of("from_state", State),
        one_of("to_state", State),
        one_of("deed", Deed),
        CheckConstraint("length(actor) > 0", name="somebody_did_it"),
    )
