"""What an exhibit is and what may happen to it; the database is known here alone.

Screens, scripts and the bridge use `Store` and `Settings`, the records of `catalog.reading`, and
the verbs of `catalog.imports`, `catalog.demo`, `catalog.pictures` and `catalog.states`.
"""

from catalog.errors import CatalogError
from catalog.languages import LANGUAGES, best, collation_key
from catalog.settings import Settings
from catalog.store import Store

__all__ = ["LANGUAGES", "CatalogError", "Settings", "Store", "best", "collation_key"]
