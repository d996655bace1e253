"""A collection's page in the admin, in the browser: products are found, added and put in order by hand and keyboard,
a rule shows what it finds, and the shop shows what was saved at once.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shopcloud.wiring.demo.people import PASSWORD, STAFF
from tests.journeys.running_shop import eventually

LIST = "/admin/catalog/collection/"


@pytest.fixture
def editor(new_page):
    """Opens the page of one of the demo's collections, as staff."""

    def open_editor(title: str = "A quiet evening", **options) -> Page:
        page = new_page(**options)
        page.goto(f"/admin/login/?next={LIST}")
        page.locator("[name=username], [name=login]").first.fill(STAFF)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.get_by_role("link", name=title).first.click()
        page.wait_for_url("**/change/")
        return page

    return open_editor


def names(page: Page) -> list[str]:
    return [name.strip() for name in page.locator(".collection-name").all_inner_texts()]


def shown(page: Page) -> list[str]:
    """What the shop's own page says: the relay drops the kept one a moment after it was saved."""
    page.goto("/collections/a-quiet-evening/")
    return page.locator(".card-title").all_inner_texts()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_products_are_moved_by_mouse_and_keys_added_and_removed(editor):
    page = editor()
    first, second, third, *rest = names(page)
    page.locator(".product-handle").first.focus()
    page.keyboard.press("ArrowRight")
    assert names(page)[:3] == [second, first, third]
    handle = page.locator(".product-handle").nth(2)
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), page.locator(".product-image .product-frame").first.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()
    assert names(page)[:3] == [third, second, first]
    page.get_by_label("Find products").fill("vase")
    page.locator("[data-add]:enabled").first.click()
    added = names(page)[-1]
    expect(page.get_by_role("button", name=f"Add {added}")).to_be_disabled()
    page.locator(".product-image", has_text=rest[0]).get_by_label("Remove").check()
    wanted = [third, second, first, *rest[1:], added]
    save(page)
    assert names(page) == wanted
    eventually(lambda: shown(page) == wanted)


def test_a_rule_shows_what_it_finds_while_it_is_written(editor):
    page = editor("New and ready to send")
    expect(page.locator(".collection-manual")).to_be_hidden()
    preview = page.locator("#rule-preview")
    expect(preview.locator("li")).to_have_count(12)
    everything = preview.locator("strong").inner_text()
    page.locator("[name=text]").fill("clock")
    page.locator("[name=text]").press("Tab")
    expect(preview.locator("strong")).not_to_have_text(everything)
    page.locator("select[name=kind]").select_option("manual")
    expect(page.locator(".collection-manual")).to_be_visible()
    expect(page.locator(".collection-preview")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_speak_to_a_screen_reader(editor, width, scheme):
    page = editor(width=width, color_scheme=scheme)
    for path in (page.url, "/collections/", "/collections/a-quiet-evening/", "/de/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if "/admin/" not in path:
            assert Axe().run(page).response["violations"] == [], path
