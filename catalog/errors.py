"""What can go wrong in the catalog, each as a sentence for people."""


class CatalogError(Exception):
    """The base of everything the catalog raises on purpose; its text is a sentence with a remedy."""


class NotThere(CatalogError):
    """Something asked for by name is not in the catalog."""


class NotAllowed(CatalogError):
    """The state table has no such step, or its guard says no."""


class WrongFile(CatalogError):
    """A file can't be read as what it was given for."""


class WrongAddress(CatalogError):
    """A database address that the catalog can't work with."""


class Busy(CatalogError):
    """Another process or thread is writing, and one didn't want to wait."""
