"""The tree of categories in the admin, in the browser: put in order by hand, finger and keyboard, moved with its
products by the shop's own workers, and readable on a phone and by a screen reader.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shopcloud.wiring.demo.people import PASSWORD, STAFF
from tests.journeys.running_shop import eventually

TREE = "/admin/catalog/catalogcategory/"


@pytest.fixture
def staff_page(new_page):
    """Opens a page of the tree as staff."""

    def open_tree(address: str = TREE, **options) -> Page:
        page = new_page(**options)
        page.goto(f"/admin/login/?next={TREE}")
        page.locator("[name=username], [name=login]").first.fill(STAFF)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.locator(".tree-branch").first).to_be_visible()
        page.goto(address)
        return page

    return open_tree


def departments(page: Page) -> list[str]:
    nodes = page.locator("#category-order > .tree-branch > .tree-node")
    return nodes.evaluate_all("all => all.map(one => one.dataset.path)")


def handle(page: Page, path: str):
    return page.locator(f"[data-path='{path}'] > .tree-row .tree-handle")


def middle(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def saved(page: Page, wanted: list[str]) -> None:
    """The order on the page is the one that the shop keeps."""
    assert departments(page) == wanted

    def kept() -> bool:
        page.reload()
        return departments(page) == wanted

    eventually(kept)


def test_categories_are_dragged_into_order_and_escape_takes_a_drag_back(staff_page):
    page = staff_page(height=2_000)
    first, second, *rest = before = departments(page)
    page.mouse.move(*middle(handle(page, first).bounding_box()))
    page.mouse.down()
    # Below its neighbour and all that stands under that.
    under = page.locator(f"[data-path='{second}']").bounding_box()
    page.mouse.move(under["x"] + 60, under["y"] + under["height"] - 5, steps=12)
    assert departments(page) == [second, first, *rest]
    page.keyboard.press("Escape")
    page.mouse.up()
    assert departments(page) == before
    page.mouse.move(*middle(handle(page, second).bounding_box()))
    page.mouse.down()
    above = page.locator(f"[data-path='{first}']").bounding_box()
    page.mouse.move(above["x"] + 60, above["y"] + 5, steps=12)
    page.mouse.up()
    saved(page, [second, first, *rest])
    handle(page, first).press("ArrowUp")
    saved(page, before)


def test_keys_and_buttons_move_a_category_and_say_so(staff_page):
    page = staff_page()
    first, second, *rest = before = departments(page)
    handle(page, first).press("ArrowDown")
    expect(page.locator("#category-moved")).to_contain_text(f"place 2 of {len(before)}")
    expect(handle(page, first)).to_be_focused()
    saved(page, [second, first, *rest])
    page.locator(f"[data-path='{first}'] > .tree-row [data-by='-1']").click()
    # At the top there is no way up any more.
    expect(page.locator(f"[data-path='{first}'] > .tree-row [data-by='-1']")).to_be_disabled()
    expect(handle(page, first)).to_be_focused()
    saved(page, before)


def test_a_finger_drags_too(staff_page):
    page = staff_page(width=390, height=2_000, has_touch=True, is_mobile=True)
    first, second, *rest = before = departments(page)
    x, y = middle(handle(page, second).bounding_box())
    above = page.locator(f"[data-path='{first}']").bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})

    send("touchStart", (x, y))
    for step in range(1, 9):
        send("touchMove", (x, y + (above["y"] + 5 - y) * step / 8))
    send("touchEnd")
    saved(page, [second, first, *rest])
    handle(page, first).press("ArrowUp")
    saved(page, before)


def test_a_category_moves_with_its_products_and_its_old_address_leads_there(staff_page, new_page):
    page = staff_page()
    leaf = page.locator(".tree-node:not(:has(.tree-node)):has-text('products')").last
    old = leaf.get_attribute("data-path")
    shopper = new_page()
    shopper.goto(f"/c/{old}/")
    cards = shopper.locator("#cards > li").count()
    assert cards
    leaf.get_by_role("link", name="Move").click()
    page.locator("[name=slug]").fill("moved-here")
    page.get_by_role("button", name="Move", exact=True).click()
    new = f"{old.rpartition('/')[0]}/moved-here".lstrip("/")
    expect(page.locator("#category-progress")).to_contain_text(f"{old} → {new}")
    # The page follows by itself.
    expect(page.locator("#category-progress")).to_contain_text("The old addresses lead to the new ones", timeout=60_000)
    assert page.locator(f"[data-path='{new}']").count() == 1
    assert page.locator(f"[data-path='{old}']").count() == 0

    def follows() -> bool:
        shopper.goto(f"/c/{old}/")
        return shopper.url.endswith(f"/c/{new}/")

    assert eventually(follows, seconds=30)
    assert shopper.locator("#cards > li").count() == cards


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_tell_a_screen_reader_what_they_are(staff_page, width, scheme):
    page = staff_page(width=width, color_scheme=scheme)
    path = departments(page)[0]
    for address in ("", f"{path}/change/", f"{path}/move/", f"{path}/delete/", "add/"):
        page.goto(TREE + address)
        for summary in page.locator(".product-language summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, {"include": [["#content-main"]]}, {"runOnly": ["wcag2a", "wcag2aa"]})
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
