"""What the index answered is not asked again, and never survives a change of the index."""

import threading

from catalog.search import tantivy_index
from catalog.search.index import SearchRequest
from catalog.search.memo import Memo
from catalog.search.tantivy_index import TantivyIndex
from tests.catalog.search.conftest import SHOP, product


def test_the_same_question_is_asked_once_and_again_after_a_change(tmp_path, monkeypatch):
    shop, asked = TantivyIndex(str(tmp_path / "search")), []
    shop.rebuild(SHOP)
    really = tantivy_index.facets
    monkeypatch.setattr(tantivy_index, "facets", lambda *a: asked.append(1) or really(*a))
    first = shop.search(SearchRequest(text="lamp"))
    assert shop.search(SearchRequest(text="lamp")) == first
    assert shop.search(SearchRequest(text="lamp", sort="price")).facets == first.facets
    assert len(asked) == 1
    shop.update([product("f1", "A fresh lamp", "lighting/table-lamps")])
    again = shop.search(SearchRequest(text="lamp"))
    assert again.total == first.total + 1
    assert len(asked) == 2


def test_an_answer_of_an_older_state_is_not_given_for_a_newer_one():
    memo, slow, go = Memo(), threading.Event(), threading.Event()

    def old():
        slow.set()
        go.wait(5)
        return "old"

    late = threading.Thread(target=lambda: memo.recall(1, "q", old))
    late.start()
    slow.wait(5)
    assert memo.recall(2, "other", lambda: "new") == "new"
    go.set()
    late.join(5)
    assert memo.recall(2, "q", lambda: "new") == "new"


def test_only_the_last_answers_are_kept():
    memo, asked = Memo(kept=2), []
    for question in ("a", "b", "a", "c", "a", "b"):
        memo.recall(1, question, lambda q=question: asked.append(q))
    assert asked == ["a", "b", "c", "b"]
