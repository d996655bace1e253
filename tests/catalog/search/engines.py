"""The engines that keep the promises of `catalog.search.index`, each with an empty index of its own.

`OPENSEARCH_TEST_URL=http://127.0.0.1:9200` names a cluster that may be written to; without it, its tests are skipped.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from catalog.search.opensearch_index import OpenSearchIndex
from catalog.search.tantivy_index import TantivyIndex
from shopcloud.lib.resilience import breaker

ENGINES = ("tantivy", "opensearch")
CLUSTER = os.environ.get("OPENSEARCH_TEST_URL", "").rstrip("/")


@contextmanager
def an_index(engine: str, folder, **options) -> Iterator[TantivyIndex | OpenSearchIndex]:
    if engine == "tantivy":
        yield TantivyIndex(str(folder), **options)
        return
    if not CLUSTER:
        pytest.skip("OPENSEARCH_TEST_URL names no OpenSearch cluster; see CONTRIBUTING.md")
    breaker("search").close()
    index = OpenSearchIndex(f"{CLUSTER}/test-{uuid.uuid4().hex[:12]}", **options)
    try:
        yield index
    finally:
        index.cluster.client.indices.delete(index=f"{index.cluster.alias}*", ignore_unavailable=True)


def show(index) -> None:
    """Make what was just written visible, which OpenSearch else does within a second."""
    if isinstance(index, OpenSearchIndex):
        index.cluster.client.indices.refresh(index=f"{index.cluster.alias}*")
