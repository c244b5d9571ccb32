"""Answers searches over documents. Disposable: knows no database, no exhibit, no screen."""

from index.documents import Concept, Document, Text
from index.encoder import Backend, Encoder, SharedEncoder
from index.errors import ModelUnavailable, SearchError, SnapshotDamaged
from index.explain import Highlighter, Reason, ReasonKind
from index.ranking import Mode
from index.search_index import Hit, SearchIndex, SearchResult, VectorCache
from index.suggesting import Suggestion
from index.understanding import Correction, CorrectionKind

__all__ = [
    "Backend", "Concept", "Correction", "CorrectionKind", "Document", "Encoder", "Highlighter",
    "Hit", "Mode", "ModelUnavailable", "Reason", "ReasonKind", "SearchError", "SearchIndex",
    "SearchResult", "SharedEncoder", "SnapshotDamaged", "Suggestion", "Text", "VectorCache",
]  # fmt: skip
