"""What every search index promises of its changes: Tantivy in a folder, and OpenSearch where a cluster is given.

What a search finds is promised in tests/catalog/search, for both engines too.
"""

import threading
import time
from dataclasses import replace

import pytest

from catalog.search import opensearch_store
from catalog.search.index import SearchRequest, SearchUnavailable
from catalog.search.words import plain_words, stem
from tests.catalog.search.conftest import SHOP, product
from tests.catalog.search.engines import ENGINES, an_index, show

BILLY = SHOP[0]


@pytest.fixture(params=ENGINES)
def index(request, tmp_path):
    with an_index(request.param, tmp_path / "search") as made:
        yield made


@pytest.fixture
def shop(index):
    index.rebuild(SHOP)
    return index


def total(index, text: str = "") -> int:
    return index.search(SearchRequest(text=text)).total


def ids(index, text: str = "") -> set[str]:
    return {card.product_id for card in index.search(SearchRequest(text=text)).hits}


def test_an_index_that_never_existed_is_empty_and_not_whole(index):
    assert not index.is_whole()
    assert (total(index, "lamp"), index.suggest("lamp"), index.list_for_staff().cards) == (0, None, ())
    assert (index.similar(BILLY, limit=3), index.category_counts()) == ([], {})
    index.ping()


def test_the_first_change_makes_the_index(index):
    index.update(SHOP[:2])
    show(index)
    assert total(index) == 2
    assert index.is_whole()


def test_a_change_is_seen_within_a_second(shop):
    shop.update([product("n1", "New chair", "chairs")])
    started = time.monotonic()
    while not total(shop, "chair"):
        assert time.monotonic() - started < 1.5
        time.sleep(0.02)


def test_an_updated_product_is_found_once_by_its_new_words(shop):
    shop.update([replace(BILLY, title="Ivar shelf", version=BILLY.version + 1)])
    show(shop)
    assert (ids(shop, "ivar"), ids(shop, "billy"), total(shop)) == ({"b1"}, {"b2"}, 7)


def test_of_two_states_of_one_product_in_one_change_the_last_counts(shop):
    shop.update([replace(BILLY, title="Ivar shelf"), replace(BILLY, title="Kallax shelf")])
    show(shop)
    assert (total(shop, "ivar"), total(shop, "kallax")) == (0, 1)


def test_a_deleted_product_is_gone(shop):
    shop.delete([BILLY.product_id, "unknown"])
    show(shop)
    assert total(shop) == 6


def test_a_product_that_comes_back_with_a_newer_version_is_found(shop):
    shop.delete([BILLY.product_id])
    shop.update([replace(BILLY, version=BILLY.version + 5)])
    show(shop)
    assert total(shop) == 7


def test_a_rebuild_says_how_many_products_it_holds_and_forgets_the_others(shop):
    assert shop.rebuild(SHOP[:3]) == 3
    assert total(shop) == 3


def test_an_empty_catalog_makes_a_whole_index(index):
    assert index.rebuild([]) == 0
    assert index.is_whole()
    assert total(index) == 0


def test_the_live_index_answers_while_another_is_filled(shop):
    seen = []

    def catalog():
        for made in SHOP[:4]:
            seen.append(total(shop))
            yield made

    shop.rebuild(catalog())
    assert seen == [7] * 4
    assert total(shop) == 4


def test_changes_made_during_a_rebuild_survive_it(shop):
    def catalog_while_it_changes():
        yield from SHOP
        shop.update([product("n1", "New chair", "chairs")])
        shop.delete([BILLY.product_id])
        show(shop)
        assert total(shop, "chair") == 1

    shop.rebuild(catalog_while_it_changes())
    assert (ids(shop, "chair"), ids(shop, "billy"), total(shop)) == ({"n1"}, {"b2"}, 7)


def test_a_rebuild_that_fails_leaves_the_live_index(shop):
    def broken():
        yield BILLY
        raise RuntimeError("the catalog went away")

    with pytest.raises(RuntimeError):
        shop.rebuild(broken())
    assert total(shop) == 7
    shop.update([product("n1", "New chair", "chairs")])
    show(shop)
    assert total(shop) == 8


def test_many_writers_at_once_lose_nothing(shop):
    writers = [
        threading.Thread(target=shop.update, args=([product(f"w{n}", f"Writer {n}", "chairs")],)) for n in range(6)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    show(shop)
    assert total(shop, "writer") == 6


# -- what only a cluster can promise ---------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path):
    with an_index("opensearch", tmp_path) as made:
        made.rebuild(SHOP)
        yield made


def test_a_late_change_never_wins(cluster):
    new = replace(BILLY, title="Ivar shelf", version=7)
    cluster.update([new])
    cluster.update([replace(BILLY, title="Late shelf", version=6)])
    show(cluster)
    assert (total(cluster, "ivar"), total(cluster, "late")) == (1, 0)
    # The control: without its version, the late one does win.
    older = replace(BILLY, title="Late shelf", version=6)
    late = opensearch_store._written(older, cluster.generations._document_of(older), "external_gte")
    del late["version"], late["version_type"]
    cluster.generations._write([{"_index": cluster.generations.live, **late}])
    show(cluster)
    assert (total(cluster, "ivar"), total(cluster, "late")) == (0, 1)


def test_a_rebuild_does_not_bring_back_an_older_state_of_what_changed_meanwhile(cluster):
    def catalog_read_before_the_changes():
        cluster.update([replace(BILLY, title="Ivar shelf", version=3)])
        cluster.delete([SHOP[1].product_id])
        yield from SHOP

    cluster.rebuild(catalog_read_before_the_changes())
    assert (total(cluster, "ivar"), total(cluster, "billy"), total(cluster)) == (1, 0, 6)


def test_a_rebuild_gives_way_to_a_change_of_the_same_version(cluster):
    """A lamp that was in stock when the catalog was read sells out, which makes no new version of it."""
    lamp = replace(BILLY, version=5)

    def catalog_read_before_it_sold_out():
        cluster.update([replace(lamp, variants=tuple(replace(v, in_stock=False) for v in lamp.variants))])
        yield from [lamp, *SHOP[1:]]

    cluster.rebuild(catalog_read_before_it_sold_out())
    assert [card.in_stock for card in cluster.search(SearchRequest(text="billy white")).hits] == [False]


def test_a_product_that_comes_from_another_region_while_a_rebuild_runs_is_let_in(cluster):
    """It was asked for before the table had it."""
    ivar = product("n1", "Ivar shelf", "storage/bookcases", version=1)

    def catalog_without_it():
        yield from SHOP
        cluster.delete([ivar.product_id])
        cluster.update([ivar])

    cluster.rebuild(catalog_without_it())
    assert ids(cluster, "ivar") == {"n1"}


def test_of_two_rebuilds_at_once_the_later_one_wins_and_the_other_says_so(cluster):
    def catalog_while_another_rebuild_runs():
        yield from SHOP[:2]
        assert cluster.rebuild(SHOP[:3]) == 3

    with pytest.raises(SearchUnavailable, match="Another rebuild"):
        cluster.rebuild(catalog_while_another_rebuild_runs())
    assert total(cluster) == 3
    assert len(cluster.cluster.client.indices.get(index=f"{cluster.cluster.alias}*")) == 1


def test_what_a_killed_rebuild_left_is_removed_by_the_next(cluster):
    cluster.generations._new_generation()
    cluster.update([product("n1", "New chair", "chairs")])
    assert cluster.rebuild(SHOP) == 9
    assert len(cluster.cluster.client.indices.get(index=f"{cluster.cluster.alias}*")) == 1


def test_a_lost_index_says_so_and_a_rebuild_heals_it(cluster):
    cluster.cluster.client.indices.delete(index=f"{cluster.cluster.alias}-*")
    for act in (lambda: total(cluster), cluster.ping, lambda: cluster.suggest("l"), lambda: cluster.update(SHOP[:1])):
        with pytest.raises(SearchUnavailable, match="reindex_catalog"):
            act()
    assert not cluster.is_whole()
    cluster.rebuild(SHOP)
    assert total(cluster) == 7


def test_a_cluster_of_an_earlier_release_asks_to_be_made_anew(cluster, monkeypatch):
    monkeypatch.setattr(opensearch_store, "EDITION", opensearch_store.EDITION + 1)
    assert not cluster.is_whole()
    assert total(cluster) == 7
    monkeypatch.undo()
    assert cluster.is_whole()


def test_both_engines_cut_words_alike(cluster):
    text = "Café-Lämpchen 80x28x202 cm, children's TABLES_und straße 4.5"

    def tokens(analyzer: str) -> list[str]:
        body = {"analyzer": analyzer, "text": text}
        answer = cluster.cluster.client.indices.analyze(index=cluster.cluster.alias, body=body)
        return [token["token"] for token in answer["tokens"]]

    assert tokens("shop_plain") == plain_words(text)
    for language, analyzer in (("en", "shop_english"), ("de", "shop_german"), ("fr", "shop_french")):
        assert tokens(analyzer) == [stem(word, language) for word in plain_words(text)], language


def test_plurals_in_german_and_french_do_not_matter(cluster):
    cluster.rebuild([product("x1", "Stehlampen", "a"), product("x2", "Fauteuils", "a")])
    assert [total(cluster, text) for text in ("stehlampe", "fauteuil")] == [1, 1]
