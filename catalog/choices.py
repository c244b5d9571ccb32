"""The short lists an exhibit chooses from."""

from enum import StrEnum


class Kind(StrEnum):
    PRODUCT = "product"
    PROTOTYPE = "prototype"
    SOFTWARE = "software"
    PROGRAMME = "programme"
    RESEARCH = "research"
    CRAFT = "craft"
    SERVICE = "service"


class Role(StrEnum):
    AUTHOR = "author"
    PRESENTER = "presenter"
    SUPERVISOR = "supervisor"


class Seeking(StrEnum):
    INTERNSHIP = "internship"
    PILOT = "pilot"
    INVESTMENT = "investment"
    HACKATHON = "hackathon"


class Origin(StrEnum):
    """How a text came to be in its language."""

    ORIGINAL = "original"
    PERSON = "person"
    MACHINE = "machine"


class State(StrEnum):
    """Where an exhibit stands between the first draft and the hall."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class MemberRole(StrEnum):
    """What an account may be in a fair; one account may be several."""

    EDITOR = "editor"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    CURATOR = "curator"
    ORGANIZER = "organizer"


class LinkKind(StrEnum):
    """What a one-time link is for."""

    INVITE = "invite"
    RESET = "reset"


class Scope(StrEnum):
    """What a consent covers."""

    NAME = "name"
    FACE = "face"
    BOTH = "both"


class GivenBy(StrEnum):
    """Who gave a consent: the person, or the legal representative of somebody under 18."""

    SELF = "self"
    REPRESENTATIVE = "representative"


class MailState(StrEnum):
    """How far a letter is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Decision(StrEnum):
    """What became of a revision that was given in."""

    ACCEPTED = "accepted"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class ProposalState(StrEnum):
    """How far a college's changes to an accepted or published exhibit are."""

    WRITING = "writing"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"


class Deed(StrEnum):
    """What a line of an exhibit's history tells of."""

    MOVED = "moved"
    SAVED = "saved"
    SUBMITTED_CHANGES = "submitted_changes"
    APPROVED_CHANGES = "approved_changes"
    RETURNED_CHANGES = "returned_changes"
    REFUSED_CHANGES = "refused_changes"
    DROPPED_CHANGES = "dropped_changes"
    HIDDEN = "hidden"
    SHOWN = "shown"
    STAND_MOVED = "stand_moved"


class ShowcaseState(StrEnum):
    """Whether visitors may see a showcase."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class MovedKind(StrEnum):
    """What an address was that leads on to another of its kind."""

    COLLEGE = "college"
    TECHNOLOGY = "technology"


class AwardLevel(StrEnum):
    """How wide a competition is; the least first."""

    FAIR = "fair"
    CITY = "city"
    NATIONAL = "national"
    INTERNATIONAL = "international"


class AwardPlace(StrEnum):
    """What was won; the highest first. A medallion is for excellence, as at WorldSkills."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"
    MEDALLION = "medallion"
    WINNER = "winner"
    OTHER = "other"
