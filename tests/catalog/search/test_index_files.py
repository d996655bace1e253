import json
import multiprocessing
import shutil
import threading
from dataclasses import replace
from itertools import groupby

import pytest

from catalog.search import spool, tantivy_schema, tantivy_store
from catalog.search.document import document, words_of
from catalog.search.index import SearchRequest, SearchUnavailable
from catalog.search.tantivy_index import TantivyIndex

from .conftest import SHOP, product


@pytest.fixture(autouse=True)
def always_look(monkeypatch):
    monkeypatch.setattr(tantivy_store, "LOOK_SECONDS", 0.0)


@pytest.fixture
def index(tmp_path) -> TantivyIndex:
    return TantivyIndex(str(tmp_path / "search"))


def total(index, text: str = "") -> int:
    return index.search(SearchRequest(text=text)).total


def test_an_index_that_never_existed_is_empty(index):
    assert total(index, "lamp") == 0
    assert index.suggest("lamp") is None
    assert index.list_for_staff().cards == ()
    index.ping()


def test_the_first_change_makes_the_index(index):
    index.update(SHOP[:2])
    assert total(index) == 2


def test_an_updated_product_is_found_once_by_its_new_words(shop):
    shop.update([replace(SHOP[0], title="Ivar shelf")])
    assert total(shop, "ivar") == 1
    assert total(shop) == 7


def test_a_deleted_product_is_gone(shop):
    shop.delete(["b1", "unknown"])
    assert total(shop) == 6


def test_another_process_sees_each_commit_and_each_swap(shop):
    other = TantivyIndex(str(shop.files.root))
    assert total(other) == 7
    shop.update([product("n1", "New chair", "chairs")])
    assert total(other, "chair") == 1
    shop.rebuild(SHOP[:3])
    assert total(other) == 3


def test_an_index_whose_fields_held_something_else_is_searched_until_it_is_made_anew(shop):
    live = shop.files.root / shop.files.pointer.read_text()
    before = live.rename(live.with_name(live.name.rpartition("-")[0]))
    shop.files.pointer.write_text(before.name)
    assert (total(shop, "lamp"), shop.is_whole()) == (2, False)
    shop.rebuild(SHOP)
    assert (total(shop, "lamp"), shop.is_whole()) == (2, True)


def test_a_rebuild_leaves_one_generation(shop):
    shop.rebuild(SHOP)
    assert len([child for child in shop.files.root.iterdir() if child.is_dir()]) == 1
    assert list(shop.files.root.glob("*.journal")) == []


def test_changes_made_during_a_rebuild_survive_it(shop):
    def catalog_while_it_changes():
        yield from SHOP
        shop.update([product("n1", "New chair", "chairs")])
        shop.delete(["b1"])
        assert total(shop, "chair") == 1

    shop.rebuild(catalog_while_it_changes())
    assert total(shop, "chair") == 1
    assert total(shop) == 7


def test_a_rebuild_that_fails_leaves_the_live_index(shop):
    def broken():
        yield SHOP[0]
        raise RuntimeError("the catalog went away")

    with pytest.raises(RuntimeError):
        shop.rebuild(broken())
    assert total(shop) == 7


def test_a_killed_rebuilds_journal_is_forgotten(shop):
    (shop.files.root / "0001.journal").write_text("")
    shop.update(SHOP[:1])
    assert list(shop.files.root.glob("*.journal")) == []


def _change(root: str, number: int) -> None:
    TantivyIndex(root).update([product(f"w{number}", f"Writer {number}", "chairs")])


def test_writers_in_many_processes_wait_for_each_other(shop):
    context = multiprocessing.get_context("spawn")
    threads = [threading.Thread(target=_change, args=(str(shop.files.root), n)) for n in range(4)]
    process = context.Process(target=_change, args=(str(shop.files.root), 4))
    process.start()
    for thread in threads:
        thread.start()
    for waiting in [*threads, process]:
        waiting.join(30)
    assert process.exitcode == 0
    assert total(shop, "writer") == 5


def test_a_writer_that_waits_too_long_says_so(shop, monkeypatch):
    monkeypatch.setattr(tantivy_store, "LOCK_SECONDS", 0.05)
    with shop.files._locked("write.lock"), pytest.raises(SearchUnavailable):
        shop.update(SHOP[:1])


def test_a_lost_index_says_so_and_a_rebuild_heals_it(shop):
    assert total(shop) == 7
    shutil.rmtree(shop.files.root)
    for act in (lambda: total(shop), shop.ping, lambda: shop.suggest("lamp"), lambda: shop.update(SHOP[:1])):
        with pytest.raises(SearchUnavailable):
            act()
    shop.rebuild(SHOP)
    assert total(shop) == 7


@pytest.mark.parametrize("harm", ["meta.json", "*.store", "*.term"])
def test_a_corrupt_index_says_so_and_a_rebuild_heals_it(shop, harm):
    generation = shop.files.root / shop.files.pointer.read_text()
    for file in generation.glob(harm):
        file.write_bytes(b"x")
    fresh = TantivyIndex(str(shop.files.root))
    with pytest.raises(SearchUnavailable):
        total(fresh)
    fresh.rebuild(SHOP)
    assert total(fresh) == 7


def test_an_index_of_an_earlier_release_is_searched_without_what_it_lacks_until_it_is_made_anew(shop):
    """It has no facts and no types: what asks for one of these finds nothing, instead of too much."""
    meta = shop.files.root / shop.files.pointer.read_text() / "meta.json"
    told = json.loads(meta.read_text())
    lately = tantivy_schema.ANYWHERE.values()
    told["schema"] = [field for field in told["schema"] if field["name"] not in ("facts", "product_type", *lately)]
    meta.write_text(json.dumps(told))
    earlier = TantivyIndex(str(shop.files.root))
    assert not earlier.is_whole()
    found = earlier.search(SearchRequest(offered=("material",)))
    assert (found.total, found.facets.attributes) == (7, ())
    assert earlier.search(SearchRequest(attributes=(("material", ("Brass",)),))).total == 0
    assert earlier.list_for_staff(product_type="lamp").cards == ()
    assert earlier.search(SearchRequest(text="billy white")).total == 1
    assert [card.slug for card in earlier.list_for_staff(text="billy white").cards] == ["item-b1"]
    earlier.rebuild(SHOP)
    assert earlier.search(SearchRequest(attributes=(("material", ("Brass",)),))).total == 1


def test_a_card_comes_back_as_it_went_in(shop):
    card = shop.search(SearchRequest(text="billy white")).hits[0]
    assert (card.slug, card.prices, card.rating.count, card.in_stock) == (
        "item-b1",
        {"USD": 6900, "EUR": 6900},
        12,
        True,
    )
    assert json.dumps(card.category) == '"storage/bookcases"'


def test_however_many_products_are_indexed_those_of_a_category_stand_side_by_side(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "AT_ONCE", 4)
    paths = ["seats/chairs", "lamps", "seats", "lamps/table-lamps"]
    documents = [document(product(f"p{i}", "Thing", paths[i % 4]), words_of) for i in range(30)]
    count, coming = spool.by_category(documents, tmp_path)
    kept = list(coming)
    assert count == len(kept)
    in_order = [category for category, _alike in groupby(kept, key=lambda kept: kept["category"][-1])]
    assert in_order == ["lamps", "lamps/table-lamps", "seats", "seats/chairs"]
    assert sorted(d["product_id"] for d in kept) == sorted(d["product_id"] for d in documents)


@pytest.mark.parametrize("many", [0, 3, 100, 500])
def test_however_many_products_are_indexed_a_search_asks_one_segment(index, monkeypatch, many):
    monkeypatch.setattr(tantivy_store, "SEGMENT_DOCUMENTS", 20)
    index.rebuild(product(f"p{n}", "Thing", "lamps") for n in range(many))
    assert total(index) == many
    assert index.files.searcher().num_segments == min(many, 1)


def test_what_waits_for_its_place_is_gone_after_a_rebuild(index):
    index.rebuild(SHOP)
    assert not list(index.files.root.glob("spool-*"))
