"""The indices of the cluster: one generation is live behind the alias, another may be filled beside it.

Every product is written with its version and never gives way to an older one, so that a rebuild and the changes made
meanwhile may arrive in any order. While a rebuild fills a generation, each change goes to both. What a rebuild read
gives way to a change of the same version too: availability and ratings change without a new one.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

from opensearchpy import NotFoundError, OpenSearch, RequestError, TransportError
from opensearchpy.helpers import streaming_bulk

from catalog.domain import Product
from catalog.search.document import Document, translated_field
from catalog.search.index import SearchUnavailable
from catalog.search.opensearch_client import CHANGE_SECONDS, Cluster, IndexMissing
from catalog.search.opensearch_query import WEIGHTS_IN

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("opensearch_schema.json").read_text())
EDITION: int = SCHEMA["mappings"]["_meta"]["edition"]
CHUNK = 500
CHUNK_BYTES = 8 * 1024 * 1024
# A cluster that is busy is asked again after 1, 2 and 4 seconds.
RETRIES, FIRST_WAIT = 3, 1
# Nothing is shown while it is filled.
_FILLING = {"index.refresh_interval": "-1"}
_FILLED = {"index.refresh_interval": "1s"}
LOST = "The search index was lost. Run reindex_catalog to make it anew."
T = TypeVar("T")
U = TypeVar("U")
Action = dict[str, Any]


class Generations:
    """Reads and writes through the aliases `<name>` (live) and `<name>-next` (being filled)."""

    def __init__(self, cluster: Cluster, document_of: Callable[[Product], Document]) -> None:
        self._cluster = cluster
        self._document_of = document_of
        self.live, self.next = cluster.alias, f"{cluster.alias}-next"
        self._existed = False

    def answer(self, ask: Callable[[], T], empty: U) -> T | U:
        """What `ask` returns; `empty` while no index was ever made here. Raises SearchUnavailable."""
        try:
            found = ask()
        except IndexMissing as error:
            if self._existed:
                raise SearchUnavailable(LOST) from error
            return empty
        self._existed = True
        return found

    def is_whole(self) -> bool:
        """False where there is no index, or one of an earlier release, which lacks fields that are now written.

        A cluster that does not answer has lost nothing, as far as anybody knows.
        """
        try:
            found = self._ask(lambda client, wait: client.indices.get_mapping(index=self.live, **wait))
        except IndexMissing:
            return False
        except SearchUnavailable:
            return True
        editions = [told["mappings"].get("_meta", {}).get("edition", 0) for told in found.values()]
        return min(editions) >= EDITION

    def ping(self) -> None:
        probe = {"size": 0, "terminate_after": 1, "track_total_hits": False}
        self.answer(lambda: self._cluster.search(probe), None)

    def change(self, products: Iterable[Product], gone: list[str]) -> None:
        """Show `products` and forget those `gone`, each in every generation there is.

        Those gone are forgotten without a version: the table, of which a rebuild is made, has none of them, and one
        that is still on its way from another region must be let in when it comes.
        """
        behind = self._aliases()
        if self.live not in behind:
            self._make_first()
        actions = [_written(product, self._document_of(product), "external_gte") for product in products]
        actions += [{"_op_type": "delete", "_id": product_id} for product_id in gone]
        if self.next in behind:
            # First, so that a rebuild that ends meanwhile takes it along; one that has ended is the live one by now.
            with suppress(IndexMissing):
                self._write(_into(self.next, actions))
        self.answer(lambda: self._write(_into(self.live, actions)), None)

    def replace(self, products: Iterable[Product]) -> int:
        """Fill a new generation, then make it the live one and remove the others, in one step.

        Of two rebuilds at once the later one wins, and the other one says so.
        """
        generation = self._new_generation()
        try:
            read = (_written(product, self._document_of(product), "external") for product in products)
            self._write(_into(self.next, read))
            count = self._go_live(generation)
        except IndexMissing as error:
            raise SearchUnavailable("Another rebuild took over; its index will be the live one.") from error
        except BaseException:
            self._forget(generation)
            raise
        self._existed = True
        return count

    def _new_generation(self) -> str:
        generation = _fresh_name(self.live)
        schema = {**SCHEMA, "settings": {**SCHEMA["settings"], **_FILLING}}
        stale = self._aliases().get(self.next, [])
        self._ask(lambda client, wait: client.indices.create(index=generation, body=schema, **wait))
        moved = [{"remove_index": {"index": name}} for name in stale]
        self._move([*moved, {"add": {"index": generation, "alias": self.next}}])
        return generation

    def _go_live(self, generation: str) -> int:
        self._ask(lambda client, wait: client.indices.put_settings(index=generation, body=_FILLED, **wait))
        self._ask(lambda client, wait: client.indices.refresh(index=generation, **wait))
        count = self._ask(lambda client, wait: client.count(index=generation, **wait))["count"]
        old = [name for name in self._aliases().get(self.live, []) if name != generation]
        moves: list[Action] = [{"add": {"index": generation, "alias": self.live}}]
        moves += [{"remove": {"index": generation, "alias": self.next}}]
        self._move([*moves, *({"remove_index": {"index": name}} for name in old)])
        return int(count)

    def _forget(self, generation: str) -> None:
        try:
            self._ask(lambda client, wait: client.indices.delete(index=generation, ignore_unavailable=True, **wait))
        except (SearchUnavailable, IndexMissing):
            # The next rebuild removes it.
            return

    def _make_first(self) -> None:
        """Of processes that do this at once, one makes it: the name is the same for all.

        Raises SearchUnavailable where there was an index: one of a few products would hide all others.
        """
        if self._existed:
            raise SearchUnavailable(LOST)
        body = {**SCHEMA, "aliases": {self.live: {}}}

        def make(client: OpenSearch, wait: dict[str, Any]) -> None:
            try:
                client.indices.create(index=f"{self.live}-first", body=body, **wait)
            except RequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise

        self._ask(make)

    def _aliases(self) -> dict[str, list[str]]:
        """The indices behind each of the two aliases that exists."""

        def read(client: OpenSearch, wait: dict[str, Any]) -> Any:
            try:
                return client.indices.get_alias(name=f"{self.live},{self.next}", **wait)
            except NotFoundError as error:
                # Asked for two, the cluster tells of the one it has beside its refusal.
                answer = error.info if isinstance(error.info, dict) else {}
                return {name: told for name, told in answer.items() if isinstance(told, dict)}

        found: dict[str, list[str]] = {}
        for index, told in self._ask(read).items():
            for alias in told.get("aliases", {}):
                found.setdefault(alias, []).append(index)
        return found

    def _move(self, actions: list[Action]) -> None:
        self._ask(lambda client, wait: client.indices.update_aliases(body={"actions": actions}, **wait))

    def _write(self, actions: Iterable[Action]) -> None:
        """Each action, unless its product is newer already. Through aliases only: a name nobody made stays unmade."""
        rest = iter(actions)
        while chunk := list(islice(rest, CHUNK)):
            self._ask(partial(self._write_some, chunk))

    def _write_some(self, actions: list[Action], client: OpenSearch, wait: dict[str, Any]) -> None:
        busy: dict[str, Any] = {"max_retries": RETRIES, "initial_backoff": FIRST_WAIT}
        options: dict[str, Any] = {"max_chunk_bytes": CHUNK_BYTES, "require_alias": True, **busy, **wait}
        for done, item in streaming_bulk(client, actions, raise_on_error=False, **options):
            (outcome,) = item.values()
            if not done and "error" in outcome and outcome["status"] != HTTPStatus.CONFLICT:
                raise TransportError(outcome["status"], outcome["error"]["type"], outcome)

    def _ask(self, call: Callable[[OpenSearch, dict[str, Any]], T]) -> T:
        return self._cluster.ask(lambda client: call(client, {"request_timeout": CHANGE_SECONDS}))


def _fresh_name(alias: str) -> str:
    return f"{alias}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:6]}"


def _into(alias: str, actions: Iterable[Action]) -> Iterator[Action]:
    return ({"_index": alias, **action} for action in actions)


def _written(product: Product, fields: Document, version_type: Literal["external", "external_gte"]) -> Action:
    """Of `external`, one of the same version that is there already stays."""
    names = [translated_field("title", language) for language in WEIGHTS_IN]
    typed: dict[str, Any] = {
        "typed_title": [fields["title"], *(fields[name] for name in names if name in fields)],
        "typed_around": f"{fields['brand_name']} {fields['category_name']}",
    }
    versioned = {"version": product.version, "version_type": version_type}
    return {"_op_type": "index", "_id": product.product_id, **versioned, "_source": {**fields, **typed}}
