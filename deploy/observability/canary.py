"""Walks through the shop as a shopper would, and orders nothing: `python -m deploy.observability.canary https://shop`.

Home, search, a product, the cart: each must answer in time and show what it is for. Exits with 1 where one does not.
It needs nothing but Python, so that it runs anywhere outside of the shop; CloudWatch Synthetics calls `handler`.
"""

import argparse
import html
import http.cookiejar
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import asdict, dataclass

SLOW_SECONDS = 2.0
WAIT_SECONDS = 10.0
AGENT = "ShopCloud-Canary/1"
_PRODUCT = re.compile(r'href="((?:/[a-z-]{2,5})?/p/[^"?#]+)"')


@dataclass(frozen=True)
class Step:
    """One page. `problem` is empty where all is well."""

    name: str
    seconds: float
    problem: str = ""


def visit(at: str, *, query: str = "lamp", slow: float = SLOW_SECONDS) -> list[Step]:
    """The steps in their order; the first that fails ends the visit."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    browser.addheaders = [("User-Agent", AGENT), ("Accept-Language", "en-US")]
    steps: list[Step] = []

    def look(name: str, path: str, wanted: str) -> str:
        page, step = _look(browser, name, at + path, wanted, slow)
        steps.append(step)
        if step.problem:
            raise _Ends
        return page

    try:
        look("home", "/", 'action="/search/"')
        found = look("search", f"/search/?{urllib.parse.urlencode({'q': query})}", "/p/")
        product = _PRODUCT.search(found)
        if product is None:
            steps.append(Step("product", 0.0, "The search shows no product."))
            raise _Ends
        look("product", html.unescape(product[1]), "application/ld+json")
        look("cart", "/cart/", "<main")
    except _Ends:
        pass
    return steps


class _Ends(Exception):
    """A step failed; what follows it would fail for the same reason."""


def _look(browser: urllib.request.OpenerDirector, name: str, url: str, wanted: str, slow: float) -> tuple[str, Step]:
    started = time.perf_counter()
    page, problem = "", ""
    try:
        with browser.open(url, timeout=WAIT_SECONDS) as answer:
            page = answer.read().decode()
    except urllib.error.HTTPError as error:
        problem = f"Answered {error.code}."
    except (OSError, ValueError) as error:
        problem = f"No answer: {type(error).__name__}."
    seconds = time.perf_counter() - started
    if not problem and wanted not in page:
        problem = "The page does not show what it is for."
    if not problem and seconds > slow:
        problem = f"Took {seconds:.1f} s, more than {slow:.1f} s."
    return page, Step(name, round(seconds, 3), problem)


def handler(_event: object, _context: object) -> list[dict[str, object]]:
    """What CloudWatch Synthetics runs; a failed step fails the run."""
    steps = visit(os.environ["SHOP_URL"].rstrip("/"))
    failed = [step for step in steps if step.problem]
    if failed:
        raise RuntimeError(f"{failed[0].name}: {failed[0].problem}")
    return [asdict(step) for step in steps]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shop", help="such as https://shop.example")
    parser.add_argument("--query", default="lamp", help="what is searched for; something must be found")
    parser.add_argument("--slow", type=float, default=SLOW_SECONDS, help="seconds after which a page is too slow")
    asked = parser.parse_args(arguments)
    steps = visit(asked.shop.rstrip("/"), query=asked.query, slow=asked.slow)
    for step in steps:
        print(json.dumps(asdict(step)))
    return int(any(step.problem for step in steps))


if __name__ == "__main__":
    sys.exit(main())
