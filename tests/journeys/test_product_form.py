"""A product's page in the admin, in the browser: pictures are put in order by hand, finger and keyboard; a type brings
its fields; the page fits a phone and speaks to a screen reader.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shopcloud.wiring.demo.people import PASSWORD, STAFF

LIST = "/admin/catalog/catalogproduct/"


@pytest.fixture
def staff_page(new_page):
    """Opens the page of a demo product with three pictures or more, as staff."""

    def open_form(**options) -> Page:
        page = new_page(**options)
        page.goto(f"/admin/login/?next={LIST}%3Fq%3Dlamp")
        page.locator("[name=username], [name=login]").first.fill(STAFF)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.locator(".product-table")).to_be_visible()
        for number in range(page.locator(".product-name a").count()):
            page.goto(f"{LIST}?q=lamp")
            page.locator(".product-name a").nth(number).click()
            if page.locator(".product-image").count() >= 3:
                return page
        raise AssertionError("No lamp of the demo has three pictures.")

    return open_form


def keys(page: Page) -> list[str]:
    return page.locator(".product-image input[name$='-key']").evaluate_all("all => all.map(one => one.value)")


def drag(page: Page, picture: int, onto: int) -> None:
    page.locator(".product-handle").nth(picture).scroll_into_view_if_needed()
    start = page.locator(".product-handle").nth(picture).bounding_box()
    end = page.locator(".product-image img").nth(onto).bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was saved")).to_be_visible()


def test_pictures_are_dragged_into_order_and_the_first_is_the_main_one(staff_page):
    page = staff_page()
    first, second, third, *rest = keys(page)
    drag(page, 2, 0)
    assert keys(page) == [third, first, second, *rest]
    expect(page.locator("#picture-moved")).to_have_text(f"Picture 1 of {3 + len(rest)}")
    expect(page.locator(".product-main").first).to_be_visible()
    assert page.locator(".product-main:visible").count() == 1
    save(page)
    assert keys(page) == [third, first, second, *rest]
    drag(page, 0, 2)
    save(page)
    assert keys(page) == [first, second, third, *rest]


def test_pictures_are_moved_by_keys_and_by_buttons_and_escape_takes_a_drag_back(staff_page):
    page = staff_page()
    first, second, *rest = keys(page)
    handle = page.locator(".product-handle").first
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert keys(page) == [second, first, *rest]
    expect(page.locator(".product-handle").nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Move later").first.click()
    assert keys(page) == [second, first, *rest]
    page.get_by_role("button", name="Move earlier").nth(1).click()
    assert keys(page) == [first, second, *rest]
    start = handle.bounding_box()
    end = page.locator(".product-image img").nth(1).bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=6)
    assert keys(page) == [second, first, *rest]
    page.keyboard.press("Escape")
    page.mouse.up()
    assert keys(page) == [first, second, *rest]


def test_a_finger_drags_too(staff_page):
    page = staff_page(width=390, height=844, has_touch=True, is_mobile=True)
    first, second, *rest = keys(page)
    page.locator(".product-handle").first.scroll_into_view_if_needed()
    start = page.locator(".product-handle").first.bounding_box()
    end = page.locator(".product-image img").nth(1).bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", (start["x"] + 8, start["y"] + 8))
    for step in range(1, 9):
        x = start["x"] + (end["x"] + 40 - start["x"]) * step / 8
        send("touchMove", (x, start["y"] + (end["y"] + 40 - start["y"]) * step / 8))
    send("touchEnd")
    assert keys(page) == [second, first, *rest]


def test_choosing_a_type_brings_its_fields_and_a_long_text_is_told(staff_page):
    page = staff_page()
    kind = page.locator("[name=product_type]")
    assert kind.input_value() == "object"
    height = page.get_by_label("Height (cm)").input_value()
    assert height.isdigit()
    kind.select_option("file")
    expect(page.get_by_label("File size")).to_be_visible()
    expect(page.get_by_label("Height (cm)")).to_have_count(0)
    kind.select_option("object")
    expect(page.get_by_label("Height (cm)")).to_have_value(height)
    page.locator("[name=seo_title]").fill("x" * 61)
    expect(page.locator("[name=seo_title] + output")).to_have_text("61 / 60")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_page_fits_and_tells_a_screen_reader_what_it_is(staff_page, width, scheme):
    page = staff_page(width=width, color_scheme=scheme)
    for summary in page.locator(".product-language summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, {"include": [["#content-main"]]}, {"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_what_is_not_saved_keeps_the_session_and_is_not_left_without_a_word(staff_page):
    page, asked = staff_page(), []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/editing/") else None)
    page.clock.install()
    page.reload()
    page.clock.fast_forward("25:00")
    assert asked == []
    page.locator("#id_title").fill("Not saved yet")
    with page.expect_response(lambda response: response.url.endswith("/editing/")) as kept:
        page.clock.fast_forward("10:00")
    assert kept.value.status == 204
    assert_warns(page)


def assert_warns(page: Page) -> None:
    with page.expect_event("dialog") as warning:
        page.close(run_before_unload=True)
    assert warning.value.type == "beforeunload"
    warning.value.accept()


def test_who_leaves_pictures_in_another_order_unsaved_is_warned(staff_page):
    page = staff_page()
    page.locator(".product-handle").first.focus()
    page.keyboard.press("ArrowRight")
    assert_warns(page)


def test_who_leaves_a_page_that_was_refused_is_warned(staff_page):
    page = staff_page()
    page.locator("#id_title").fill("")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("Nothing was saved. Please correct the errors below.")).to_be_visible()
    page.wait_for_load_state("load")
    # Chromium asks nobody who never touched the page.
    page.locator("#id_title").click()
    assert_warns(page)
