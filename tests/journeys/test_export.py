"""Exporting products in the browser: from the list to the file, following a worker; the pages fit a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shopcloud.wiring.demo.people import PASSWORD, STAFF

LIST = "/admin/catalog/catalogproduct/"


@pytest.fixture
def staff_page(new_page):
    """Opens the list of lamps, as staff."""

    def open_list(**options) -> Page:
        page = new_page(**options)
        page.goto(f"/admin/login/?next={LIST}%3Fq%3Dlamp")
        page.locator("[name=username], [name=login]").first.fill(STAFF)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.locator(".product-table")).to_be_visible()
        return page

    return open_list


def assert_fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, {"include": [["#content-main"]]}, {"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_list_that_is_shown_is_exported_and_downloaded(width, scheme, staff_page):
    page = staff_page(width=width, color_scheme=scheme)
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_label("Search")).to_have_value("lamp")
    assert_fits(page, width)
    page.get_by_label("Format").select_option("jsonl")
    page.get_by_role("button", name="Export").click()
    download = page.locator("#content-main").get_by_role("link", name="Download")
    # The page follows the worker by itself.
    expect(download).to_be_visible(timeout=30_000)
    assert_fits(page, width)
    with page.expect_download() as coming:
        download.click()
    lines = coming.value.path().read_text().splitlines()
    assert coming.value.suggested_filename.endswith(".jsonl")
    assert 1 < len(lines) < 100
    assert all(line.startswith('{"shopcloud_product": ') for line in lines)
    page.locator("#content-main").get_by_role("link", name="All exports").click()
    expect(page.get_by_text("“lamp”").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
