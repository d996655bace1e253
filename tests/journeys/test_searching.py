"""Somebody searches, narrows and finds nothing; staff learn of it, once the visitor has agreed to be counted."""

import re

from tests.journeys.running_shop import eventually


def test_searches_of_a_visitor_who_agreed_reach_the_report(new_page, shop):
    page = new_page(width=360)
    page.goto("/search/?q=clock")
    # The question covers nothing for good: the last links of a small page can be reached before it is answered.
    page.locator("[data-market=fr]").click(trial=True)
    page.locator("[data-consent=analytics]").click()
    page.goto("/search/?q=clock")
    first = page.locator("[data-searched]").get_attribute("data-searched")
    # A filter changes the page without loading another one, and is told once it stands.
    with page.expect_request("**/beacon/"):
        page.locator("input[name=in_stock]").evaluate("box => box.click()")
    assert page.locator("[data-searched]").get_attribute("data-searched") != first
    page.goto("/search/?q=qwertzuiop+mara@example.com")
    page.wait_for_load_state("load")

    def reported():
        shop.manage("ship_clickstream")
        report = shop.manage("search_report", "--days", "2")
        top, in_vain = report.split("The most frequent")[1].split("Found nothing")
        # Seen when the visitor agreed, when it was opened again, and narrowed.
        seen = re.search(r"\n +clock +3 +1 +us +[1-9]", top)
        return report if seen and re.search(r"\n +qwertzuiop \* +1 +1 +us\n", in_vain) else None

    report = eventually(reported, seconds=90, every=1)
    # What is one more word than the shop knows may be personal: only a star tells that it was there.
    assert "mara" not in report


def test_who_did_not_agree_is_not_counted(new_page, shop):
    page = new_page()
    page.goto("/search/?q=unicorn")
    page.wait_for_load_state("load")
    page.locator("[data-consent=none]").click()
    page.goto("/search/?q=unicorn")
    page.wait_for_load_state("load")
    shop.manage("ship_clickstream")
    assert "unicorn" not in shop.manage("search_report", "--days", "2")
