"""The paths of a catalog of N synthetic products, as raw requests: what is there follows from a product's index."""

import json
import urllib.request
from collections.abc import Iterator

from deploy.bench import synthetic
from deploy.bench.paths import Path, request

SPREAD = 20_000
DEEP_PAGE, DEEP_PAGES = 200, 4_000
CARTS = 40
WORDS = ("lamp", "oak", "mug", "blue", "kettle", "linen", "quilt", "planter")
TYPED = ("l", "la", "lam", "lamp", "o", "oa", "oak d", "mug", "harb", "harbour li", "wal", "quil")
LEAF, PARENT = "kitchen/serving/mug", "kitchen"


def catalog_paths(size: int, *, session: str) -> list[Path]:
    """Requests that need no answer of the shop; `session` signs a member of staff in."""
    some = range(0, size, max(1, size // SPREAD))
    words = [*_phrases()]
    staff = f"sessionid={session}"
    return [
        Path("product page, warm", [request("GET", _page(7))], 0.40),
        Path("product page, cold", [request("GET", _page(index)) for index in some]),
        Path("category page, first, warm", [request("GET", f"/c/{LEAF}/")], 0.35),
        Path(f"category page, about page {DEEP_PAGE}, cold", _deep(leaves(), size)),
        Path("department page, first, warm", [request("GET", f"/c/{PARENT}/")], 0.35),
        Path(f"department page, about page {DEEP_PAGE}, cold", _deep([PARENT], size)),
        Path("search with facets, popular words", [request("GET", f"/search/?q={word}") for word in WORDS], 0.10),
        Path("search with facets, each another text", [request("GET", f"/search/?q={text}") for text in words]),
        Path("suggestions", [request("GET", f"/search/suggest/?q={text.replace(' ', '+')}") for text in TYPED]),
        Path("admin product list", [request("GET", "/admin/catalog/catalogproduct/", cookie=staff)]),
        Path(
            "admin product list, searched",
            [request("GET", f"/admin/catalog/catalogproduct/?q={word}", cookie=staff) for word in WORDS],
        ),
        # Backwards: the calls of a path are counted on its last requests, which no path before may have made warm.
        Path(
            "product over REST, cold",
            [request("GET", f"/api/v1/products/{synthetic.product_id(index)}/") for index in reversed(some)],
        ),
        Path("search over REST, popular words", [request("GET", f"/api/v1/search/?q={word}") for word in WORDS], 0.10),
    ]


def cart_path(port: int) -> Path:
    """Putting a product into carts that the shop on this port has just opened."""
    carts = []
    for _ in range(CARTS):
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/carts/", data=b"{}", headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            carts.append(json.load(answer)["id"])
    product = synthetic.product(_sellable())
    line = json.dumps({"product_id": product.product_id, "quantity": 1}).encode()
    sku = product.variants[0].sku
    return Path(
        "add to cart over REST",
        [request("PUT", f"/api/v1/carts/{cart}/lines/{sku}/", line) for cart in carts],
        0.15,
    )


def places(category: str) -> list[int]:
    """Which of every len(SHEETS) products in a row stand in `category`."""
    paths = [f"{d}/{s}/{noun.replace(' ', '-')}/" for d, s, noun in synthetic.SHEETS]
    return [place for place, path in enumerate(paths) if path.startswith(f"{category}/")]


def index_at(category: str, position: int) -> int:
    """The index of the product that stands at `position`, from 0, of a category's listing: rank is the index."""
    rows, place = divmod(position, len(places(category)))
    return rows * len(synthetic.SHEETS) + places(category)[place]


def many_in(category: str, size: int) -> int:
    """How many of the first `size` products stand in `category`."""
    rows, rest = divmod(size, len(synthetic.SHEETS))
    return rows * len(places(category)) + sum(place < rest for place in places(category))


def cursor_after(category: str, position: int) -> str:
    """The cursor of the page that begins behind the product at `position`."""
    from catalog.dynamo.cursors import Mark, cursor_of
    from catalog.dynamo.items import rank_key

    return cursor_of(Mark(category, rank_key(synthetic.product(index_at(category, position)))))


def leaves() -> list[str]:
    """Every category that has no other below it."""
    return sorted({f"{d}/{s}/{noun.replace(' ', '-')}" for d, s, noun in synthetic.SHEETS})


def _deep(categories: list[str], size: int) -> list[bytes]:
    """Pages from about the 200th on, or from an eighth on where there are fewer, each with another cursor.

    Of several categories in turn: one leaf of a small catalog has so few pages that all are soon warm.
    """
    each = [_deep_in(category, size, DEEP_PAGES // len(categories)) for category in categories]
    return [page for pages in zip(*each, strict=False) for page in pages]


def _deep_in(category: str, size: int, most: int) -> list[bytes]:
    from catalog.repository import PAGE_SIZE

    many = many_in(category, size)
    first = min(DEEP_PAGE * PAGE_SIZE, many // 8)
    last = min(first + most, many - PAGE_SIZE - 1)
    cursors = (cursor_after(category, position) for position in range(first, last))
    return [request("GET", f"/c/{category}/?cursor={cursor}") for cursor in cursors]


def _phrases() -> Iterator[str]:
    """Two words each, either one first, which fill a page at 10,000 products as at a million."""
    makers = [maker.split()[0] for maker in synthetic.MAKERS]
    nouns = [noun.replace(" ", "+") for _department, _section, noun in synthetic.SHEETS]
    pairs = [
        (synthetic.LINES, nouns),
        (synthetic.COLOURS, nouns),
        (synthetic.MATERIALS, nouns),
        (makers, nouns),
        (synthetic.LINES, synthetic.MATERIALS),
        (synthetic.LINES, synthetic.COLOURS),
        (makers, synthetic.COLOURS),
        (makers, synthetic.MATERIALS),
        (synthetic.COLOURS, synthetic.MATERIALS),
    ]
    for first, second in [*pairs, *((second, first) for first, second in pairs)]:
        yield from (f"{one}+{other}" for one in first for other in second)


def _page(index: int) -> str:
    return synthetic.product(index).path


def _sellable() -> int:
    return next(i for i in range(100) if synthetic.product(i).variants[0].in_stock)
