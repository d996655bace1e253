"""One running shop and one browser for all journeys; they run in one worker, one after the other."""

import os
import shutil
from collections.abc import Iterator

import pytest

from deploy.local.state import REPOSITORY
from tests.journeys.running_shop import RunningShop, open_shop

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a step waits for at most: two shops and a browser may share two processors with the rest of the tests.
SECONDS_TO_SEE = 15
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/journeys/" in str(item.path):
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def shop() -> Iterator[RunningShop]:
    var = REPOSITORY / "var" / "journeys"
    shutil.rmtree(var, ignore_errors=True)
    with open_shop(var) as running:
        yield running


# Playwright keeps an event loop in the thread while it lives, which tests of async views could not share.
@pytest.fixture(scope="module")
def chromium():
    """A headless browser. Missing, its journeys are skipped on a laptop and fail in CI."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        reason = "Chromium is not on the PATH: `apt-get install chromium` (make test does it when it is root)."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SECONDS_TO_SEE * 1000)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, shop):
    """Opens a page in a browser of its own, as another shopper would: `new_page()`, `new_page(width=360)`."""
    contexts, violations = [], []

    def open_page(*, width: int = 1280, height: int = 900, **options):
        context = chromium.new_context(base_url=shop.url, viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(SECONDS_TO_SEE * 1000)
        # No page of the shop or of its staff asks for what its own policy forbids.
        context.on(
            "console", lambda told: violations.append(told.text) if "Content Security Policy" in told.text else None
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert violations == []
