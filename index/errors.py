"""What can go wrong in the index, worded for people."""


class SearchError(Exception):
    """Base of every error that this room raises."""


class ModelUnavailable(SearchError):
    """No encoder can be had; the message says what was tried and what to set."""


class SnapshotDamaged(SearchError):
    """A stored index can't be served; the message says which part and why."""
