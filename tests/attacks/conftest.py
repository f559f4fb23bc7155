"""The importer of the data room's tests, for hostile files."""

from tests.data.conftest import ingest

__all__ = ["ingest"]
