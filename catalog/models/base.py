"""The base of all tables: names of constraints, UTC timestamps, names in three languages."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from catalog.languages import LANGUAGES

_NAMES_OF_CONSTRAINTS = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES_OF_CONSTRAINTS)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and always UTC on both databases (SQLite keeps no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment needs a time zone; {value!r} has none.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Named:
    """Names in up to three languages; each table adds `one_name_at_least` to its constraints."""

    name_kk: Mapped[str | None] = mapped_column(Text)
    name_ru: Mapped[str | None] = mapped_column(Text)
    name_en: Mapped[str | None] = mapped_column(Text)

    @property
    def names(self) -> dict[str, str]:
        return in_languages(self, "name")


def in_languages(row: object, column: str) -> dict[str, str]:
    """The languages in which a column family (`name` -> name_kk, name_ru, name_en) has a text."""
    values = ((language, getattr(row, f"{column}_{language}")) for language in LANGUAGES)
    return {language: value for language, value in values if value}


def one_name_at_least() -> CheckConstraint:
    return CheckConstraint(
        "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0)"
        " + coalesce(length(name_en), 0) > 0",
        name="one_name_at_least",
    )


def slug_is_short() -> CheckConstraint:
    return CheckConstraint("length(slug) BETWEEN 1 AND 80", name="slug_is_short")


def one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    """The column holds one of a StrEnum's values, or nothing."""
    values = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_is_known")
