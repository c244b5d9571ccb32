"""Tables and constraints. Only the catalog's own modules use them; others read records."""

from catalog.models.award import Award
from catalog.models.base import Base
from catalog.models.batch import ImportBatch, ImportedRow
from catalog.models.college import College, CollegeAlias, CollegeSpecialty, Specialty
from catalog.models.exhibit import (
    Exhibit,
    ExhibitCreator,
    ExhibitHistory,
    ExhibitKeyword,
    ExhibitLink,
    ExhibitLogistics,
    ExhibitPicture,
    ExhibitSeeking,
    ExhibitTechnology,
    ExhibitText,
    UsedCode,
)
from catalog.models.fair import CatalogRevision, Edition, Field, Hall, HallPlace, PublicChange
from catalog.models.moved import MovedSlug
from catalog.models.people import (
    Account,
    Attempt,
    AuditEntry,
    Invitation,
    Membership,
    Notice,
    Outbox,
    SignIn,
)
from catalog.models.person import Consent, ExhibitPerson, Person, PicturePerson
from catalog.models.picture import Picture, PictureSize, PictureUpload, UploadTally
from catalog.models.search_log import Searched
from catalog.models.showcase import Showcase, ShowcaseChange, ShowcaseExhibit
from catalog.models.submission import (
    CollegeTerms,
    PendingDecision,
    Proposal,
    Revision,
    WorkingCopy,
)
from catalog.models.technology import Technology, TechnologyBroader, TechnologyLabel
from catalog.models.vector import CachedVector

__all__ = [
    "Account",
    "Attempt",
    "AuditEntry",
    "Award",
    "Base",
    "CachedVector",
    "CatalogRevision",
    "College",
    "CollegeAlias",
    "CollegeSpecialty",
    "Consent",
    "CollegeTerms",
    "Edition",
    "Exhibit",
    "ExhibitCreator",
    "ExhibitHistory",
    "ExhibitKeyword",
    "ExhibitPerson",
    "ExhibitLink",
    "ExhibitLogistics",
    "ExhibitPicture",
    "ExhibitSeeking",
    "ExhibitTechnology",
    "ExhibitText",
    "Field",
    "Hall",
    "HallPlace",
    "ImportBatch",
    "ImportedRow",
    "Invitation",
    "Membership",
    "MovedSlug",
    "Notice",
    "Outbox",
    "Person",
    "PendingDecision",
    "Picture",
    "PicturePerson",
    "PictureSize",
    "PictureUpload",
    "Proposal",
    "PublicChange",
    "Revision",
    "Searched",
    "Showcase",
    "ShowcaseChange",
    "ShowcaseExhibit",
    "SignIn",
    "Specialty",
    "Technology",
    "TechnologyBroader",
    "TechnologyLabel",
    "UploadTally",
    "UsedCode",
    "WorkingCopy",
]
