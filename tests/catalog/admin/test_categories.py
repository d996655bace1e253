"""The tree of categories in the admin: who may do what, what each page does, and what the shop then shows."""

from dataclasses import replace

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client

from catalog import category_edits, category_moves, queries, services
from catalog.category_moves import CategoryRefused
from catalog.domain import Category
from catalog.events import CategoryChanged
from catalog.models import CategoryMove, CategoryRedirect
from media import storage
from shopcloud import pages
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.wiring import catalog_handlers, tasks
from tests.catalog.admin.conftest import a_picture
from tests.catalog.factories import a_category
from tests.catalog.moving import finish, held, start

TREE = "/admin/catalog/catalogcategory/"
REDIRECTS = "/admin/catalog/categoryredirect/"
VERBS = ("view", "add", "change", "delete")


@pytest.fixture
def keeper(staff) -> Client:
    kept = (*(f"catalog.{verb}_catalogcategory" for verb in VERBS), "catalog.view_categoryredirect")
    return staff(*kept, "catalog.delete_categoryredirect")


@pytest.fixture
def onlooker(staff) -> Client:
    return staff("catalog.view_catalogcategory")


def form_of(category: Category | None = None, **changes) -> dict[str, object]:
    """What the browser sends when a category's page is saved as it stands, with `changes`."""
    fields: dict[str, object] = {"en-name": category.name if category else "Wall lamps"}
    if category is None:
        fields["slug"] = "wall-lamps"
    else:
        fields |= {f"{language}-name": name for language, name in category.names.items()}
        fields["version"] = category.version
    return {**fields, **changes}


def rows_of(page) -> list[str]:
    found = []

    def walk(nodes):
        for node in nodes:
            found.append(node.category.path)
            walk(node.nodes)

    walk(page.context["nodes"])
    return found


def test_the_tree_shows_each_category_below_its_parent_with_its_products(keeper, top, fill):
    fill(f"{top}/lamps/oak", 2)
    fill(f"{top}/mugs")
    page = keeper.get(TREE)
    assert [path for path in rows_of(page) if path.startswith(top)] == [
        top, f"{top}/lamps", f"{top}/lamps/oak", f"{top}/mugs",
    ]  # fmt: skip
    text = page.content.decode()
    assert f'?category={top}/lamps">2 products</a>' in text
    assert f'?category={top}/mugs">1 product</a>' in text
    assert f"{TREE}add/?parent={top}/lamps/oak" not in text
    assert f"{TREE}add/?parent={top}/lamps" in text


def test_a_category_whose_parent_is_gone_is_named(keeper, top):
    services.save_categories(categories=[a_category(f"{top}/gone/child")])
    assert f"{top}/gone/child" in [c.path for c in keeper.get(TREE).context["lost"]]


def test_a_child_is_made_as_the_last_of_its_siblings_and_the_shop_shows_it(keeper, guest, top):
    page = keeper.post(f"{TREE}add/?parent={top}", form_of(**{"de-name": "Wandleuchten"}), follow=True)
    assert "“Wall lamps” was saved." in page.content.decode()
    assert [c.path for c in queries.children(top)][-1] == f"{top}/wall-lamps"
    assert "Wandleuchten" in guest.get(f"/de/c/{top}/").content.decode()
    assert LogEntry.objects.filter(object_id=f"{top}/wall-lamps").count() == 1


@pytest.mark.parametrize(
    ("parent", "changes", "said"),
    [
        ("", {"slug": "Wall Lamps"}, "Write lower-case words joined by single hyphens"),
        ("", {"en-name": ""}, "This field is required"),
        ("", {"slug": "lamps"}, "already"),
        ("", {"en-name": "x" * 101}, "at most 100 characters"),
        ("", {"picture": "text"}, "Please correct the errors below"),
    ],
)
def test_what_cannot_be_made_is_told_and_not_made(keeper, top, parent, changes, said):
    if changes.get("picture"):
        changes = {"picture": a_picture("PNG"), "slug": "-"}
    page = keeper.post(f"{TREE}add/?parent={top}{parent}", form_of(**changes))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert len(queries.children(top)) == 2


@pytest.mark.parametrize("parent", ["no/such", "lamps/oak", "A"])
def test_nothing_is_made_where_nothing_can_be(keeper, top, parent):
    assert keeper.get(f"{TREE}add/?parent={top}/{parent}").status_code == 404
    assert keeper.post(f"{TREE}add/?parent={top}/{parent}", form_of()).status_code == 404


def test_a_category_is_renamed_and_described_in_every_language(keeper, guest, top):
    lamps = queries.category(f"{top}/lamps")
    said = {
        "en-name": "Lights", "en-description": "Warm light.", "en-seo_title": "Buy lights",
        "en-seo_description": "Many.",
        "de-name": "Lampen", "de-description": "Warmes Licht.", "de-seo_title": "Lampen kaufen",
        "de-seo_description": "Viele.", "fr-name": "Luminaires", "fr-description": "Lumière douce.",
    }  # fmt: skip
    guest.get(f"/de/c/{top}/lamps/")
    assert keeper.post(f"{TREE}{top}/lamps/change/", form_of(lamps, **said)).status_code == 302
    shown_at_once()
    english = guest.get(f"/c/{top}/lamps/").content.decode()
    assert "<title>Buy lights" in english and "<h1>Lights</h1>" in english
    assert "Warm light." in english and 'name="description" content="Many."' in english
    german = guest.get(f"/de/c/{top}/lamps/").content.decode()
    assert "<title>Lampen kaufen" in german and "<h1>Lampen</h1>" in german
    assert "Warmes Licht." in german and 'name="description" content="Viele."' in german
    french = guest.get(f"/fr/c/{top}/lamps/").content.decode()
    # English words for search engines never hide what is said in French.
    assert "<title>Luminaires" in french and 'name="description" content="Lumière douce."' in french
    assert queries.category(f"{top}/lamps").position == lamps.position


def shown_at_once() -> None:
    """What the outbox tells the kept pages."""
    for event in OutboxEvent.objects.filter(event_name="CategoryChanged"):
        pages.forget_category_pages(event.payload["path"])


def test_the_kept_pages_of_a_category_are_dropped_now_and_once_more_later(top, monkeypatch, guest):
    later = []
    monkeypatch.setattr(tasks.forget_category_pages, "apply_async", lambda **given: later.append(given))
    address = f"/c/{top}/lamps/"
    before = guest.get(address).content.decode()
    category_edits.edit(replace(queries.category(f"{top}/lamps"), name="Lights"))
    assert guest.get(address).content.decode() == before
    catalog_handlers.forget_category(CategoryChanged(path=f"{top}/lamps"))
    assert "<h1>Lights</h1>" in guest.get(address).content.decode()
    assert later == [{"kwargs": {"path": f"{top}/lamps"}, "countdown": catalog_handlers.OLD_TREE_SECONDS}]


def test_a_store_of_pictures_that_is_away_keeps_what_was_typed(keeper, top, monkeypatch):
    def away(*_given):
        raise storage.MediaUnavailable

    monkeypatch.setattr(storage, "exists", away)
    lamps = queries.category(f"{top}/lamps")
    page = keeper.post(f"{TREE}{top}/lamps/change/", form_of(lamps, picture=a_picture(), **{"en-name": "Renamed"}))
    assert page.status_code == 422
    assert "does not answer. Nothing was saved" in page.content.decode()
    assert 'value="Renamed"' in page.content.decode()


def test_a_picture_is_added_and_taken_away(keeper, top):
    lamps = queries.category(f"{top}/lamps")
    keeper.post(f"{TREE}{top}/lamps/change/", form_of(lamps, picture=a_picture()))
    pictured = queries.category(f"{top}/lamps")
    assert pictured.image.startswith("images/")
    assert pictured.image.rpartition("/")[0] in keeper.get(f"{TREE}{top}/lamps/change/").content.decode()
    keeper.post(f"{TREE}{top}/lamps/change/", form_of(pictured))
    kept = queries.category(f"{top}/lamps")
    assert kept.image == pictured.image
    keeper.post(f"{TREE}{top}/lamps/change/", form_of(kept, without="on"))
    assert queries.category(f"{top}/lamps").image == ""
    refused = keeper.post(
        f"{TREE}{top}/lamps/change/", form_of(queries.category(f"{top}/lamps"), picture=a_picture("GIF"))
    )
    assert refused.status_code == 422


def test_a_save_on_top_of_somebody_else_s_is_refused_and_keeps_what_was_typed(keeper, top):
    opened = queries.category(f"{top}/lamps")
    assert keeper.post(f"{TREE}{top}/lamps/change/", form_of(opened, **{"en-name": "Theirs"})).status_code == 302
    page = keeper.post(f"{TREE}{top}/lamps/change/", form_of(opened, **{"en-name": "Mine"}))
    assert page.status_code == 422
    assert "Somebody else saved this category meanwhile" in page.content.decode()
    assert 'value="Mine"' in page.content.decode()
    assert queries.category(f"{top}/lamps").name == "Theirs"


def test_order_and_texts_do_not_undo_each_other(keeper, top):
    opened = queries.category(f"{top}/lamps")
    keeper.post(f"{TREE}order/", {"down": f"{top}/lamps"})
    assert keeper.post(f"{TREE}{top}/lamps/change/", form_of(opened, **{"en-name": "Lights"})).status_code == 302
    assert [c.name for c in queries.children(top)] == ["Mugs", "Lights"]


def test_siblings_are_put_in_order_by_buttons_and_by_scripts(keeper, top):
    services.save_categories(categories=[a_category(f"{top}/bowls", position=9)])

    def order() -> list[str]:
        return [c.path.rpartition("/")[2] for c in queries.children(top)]

    assert order() == ["lamps", "mugs", "bowls"]
    keeper.post(f"{TREE}order/", {"up": f"{top}/bowls"})
    assert order() == ["lamps", "bowls", "mugs"]
    keeper.post(f"{TREE}order/", {"down": f"{top}/lamps"})
    assert order() == ["bowls", "lamps", "mugs"]
    for edge in ({"up": f"{top}/bowls"}, {"down": f"{top}/mugs"}):
        keeper.post(f"{TREE}order/", edge)
        assert order() == ["bowls", "lamps", "mugs"]
    wanted = {"parent": top, "path": [f"{top}/mugs", f"{top}/bowls", f"{top}/lamps"]}
    answer = keeper.post(f"{TREE}order/", wanted, headers={"accept": "application/json"})
    assert (answer.status_code, order()) == (204, ["mugs", "bowls", "lamps"])
    # What somebody added meanwhile follows, and what is elsewhere is left alone.
    keeper.post(f"{TREE}order/", {"parent": top, "path": [f"{top}/lamps", f"{top}/lamps/oak", "kitchen"]})
    assert order() == ["lamps", "mugs", "bowls"]
    gone = keeper.post(f"{TREE}order/", {"parent": top, "path": ["no/such"]}, headers={"accept": "application/json"})
    assert (gone.status_code, order()) == (409, ["lamps", "mugs", "bowls"])


def test_a_branch_is_moved_and_its_progress_is_shown(keeper, top, fill):
    made = fill(f"{top}/lamps/oak", 3)
    page = keeper.get(f"{TREE}{top}/lamps/move/")
    assert "3 products on sale" in page.content.decode()
    answer = keeper.post(f"{TREE}{top}/lamps/move/", {"parent": top, "slug": "lights"})
    assert answer["Location"] == TREE
    assert "0 of about 3 products moved." in keeper.get(TREE).content.decode()
    move = finish(CategoryMove.objects.get())
    text = keeper.get(TREE).content.decode()
    assert f"Last move: {top}/lamps → {top}/lights, 3 products, by {move.author}" in text
    assert {p.category for p in held(made).values()} == {f"{top}/lights/oak"}


@pytest.mark.parametrize(
    ("parent", "slug", "said"),
    [
        ("{top}", "mugs", "already"),
        ("{top}", "lamps", "nor below itself"),
        ("{top}/mugs", "lamps", "3 levels at most"),
        ("{top}/lamps", "lamps", "Select a valid choice"),
        ("{top}", "No Slug", "Write lower-case words"),
    ],
)
def test_a_move_that_cannot_be_says_why(keeper, top, parent, slug, said):
    page = keeper.post(f"{TREE}{top}/lamps/move/", {"parent": parent.format(top=top), "slug": slug})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not CategoryMove.objects.exists()


def test_a_branch_on_its_way_is_left_alone(keeper, top):
    start(f"{top}/lamps", f"{top}/lights")
    lamps = queries.category(f"{top}/lamps")
    for address, data in (
        (f"{TREE}{top}/lamps/change/", form_of(lamps)),
        (f"{TREE}add/?parent={top}/lamps", form_of()),
        (f"{TREE}{top}/lamps/oak/delete/", {}),
    ):
        page = keeper.post(address, data)
        assert page.status_code == 422
        assert "This branch is being moved" in page.content.decode()
    second = keeper.post(f"{TREE}{top}/mugs/move/", {"parent": top, "slug": "cups"})
    assert "Another branch is being moved" in second.content.decode()


def test_a_move_that_gave_up_says_so_and_is_tried_again(keeper, onlooker, top):
    move = start(f"{top}/lamps", f"{top}/lights")
    CategoryMove.objects.update(attempts=category_moves.MAX_ATTEMPTS, last_error="the index is away")
    text = keeper.get(TREE).content.decode()
    assert "stopped after several attempts: the index is away" in text
    assert "Try again" not in onlooker.get(TREE).content.decode()
    keeper.post(f"{TREE}moves/{move.pk}/")
    move.refresh_from_db()
    assert move.attempts == 0


def test_redirects_are_listed_found_and_removed(keeper, onlooker, guest, top):
    finish(start(f"{top}/lamps", f"{top}/lights"))
    page = keeper.get(REDIRECTS, {"q": f"/c/{top}/la"}).content.decode()
    assert f"/c/{top}/lamps/" in page and f"{top}/lights" in page
    row = CategoryRedirect.objects.get(old=f"{top}/lamps")
    assert onlooker.get(REDIRECTS).status_code == 403
    assert onlooker.post(f"{REDIRECTS}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert keeper.get(f"{REDIRECTS}add/").status_code == 403
    assert guest.get(f"/c/{top}/lamps/").status_code == 301
    assert keeper.post(f"{REDIRECTS}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert guest.get(f"/c/{top}/lamps/").status_code == 404


# -- roles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["catalog", "support", "orders", "analyst", "finance"])
def test_roles_see_and_change_what_is_theirs(make_person, top, role):
    person = make_person(f"{role}@example.com", staff=True)
    person.groups.add(Group.objects.get(name=role))
    browser = Client(raise_request_exception=False)
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    seen = {"catalog": 200, "support": 200, "orders": 200, "analyst": 200}.get(role, 403)
    changed = 302 if role == "catalog" else 403
    assert browser.get(TREE).status_code == seen
    assert browser.get(f"{TREE}{top}/lamps/change/").status_code == seen
    lamps = queries.category(f"{top}/lamps")
    posts = {
        f"{TREE}{top}/lamps/change/": form_of(lamps),
        f"{TREE}add/?parent={top}": form_of(),
        f"{TREE}order/": {"up": f"{top}/mugs"},
        f"{TREE}{top}/mugs/delete/": {},
        f"{TREE}{top}/lamps/move/": {"parent": top, "slug": "lights"},
        f"{TREE}moves/1/": {},
    }
    assert {address: browser.post(address, data).status_code for address, data in posts.items()} == dict.fromkeys(
        posts, changed
    )


def test_who_may_only_look_is_offered_nothing_else(onlooker, top):
    text = onlooker.get(TREE).content.decode()
    assert f"{top}/lamps/change/" in text
    for offered in ("/move/", "/delete/", "/add/", 'name="up"'):
        assert f"{top}/lamps{offered}" not in text and offered not in text.replace("/catalogcategory/add/", "/add/")
    page = onlooker.get(f"{TREE}{top}/lamps/change/").content.decode()
    assert "disabled" in page and ">Save<" not in page


def test_texts_beyond_their_length_are_refused(top):
    lamps = queries.category(f"{top}/lamps")
    for broken in (
        replace(lamps, name=" "),
        replace(lamps, seo_title="x" * 121),
        replace(lamps, translations={"de": {"description": "x" * 2001}}),
        replace(lamps, translations={"xx": {"description": "x"}}),
        replace(lamps, translations={"de": {"colour": "x"}}),
    ):
        with pytest.raises(CategoryRefused):
            category_edits.edit(broken)
    with pytest.raises(CategoryRefused):
        category_moves.start(old=f"{top}/lamps", new="a/b/c/d", author=None, now=clock.now())
