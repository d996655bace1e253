"""The paths the bench measures, as raw requests against the running demo shop, with the budget of each."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

CARTS = 40


@dataclass(frozen=True)
class Path:
    """`budget` is the least share of a bare Django view's rate; None where there is none."""

    name: str
    requests: list[bytes]
    budget: float | None = None


def measured_paths(port: int) -> list[Path]:
    api = f"http://127.0.0.1:{port}/api/v1"
    found = _json(f"{api}/search/?q=lamp&in_stock=true")["results"]
    product = _json(f"{api}/products/{found[0]['product_id']}/")
    page = f"/p/{product['slug']}-{product['product_id']}/"
    sku = next(v["sku"] for v in product["variants"] if v["available"])
    line = json.dumps({"product_id": product["product_id"], "quantity": 1}).encode()
    carts = [_json(f"{api}/carts/", b"{}")["id"] for _ in range(CARTS)]
    words = ("lamp", "oak", "mug", "vase", "chair", "speaker", "clock", "blue")
    return [
        Path("product page, warm", [request("GET", page)], 0.40),
        Path("category page, warm", [request("GET", "/c/lighting/")], 0.35),
        Path("home page, warm", [request("GET", "/")]),
        Path("search with facets", [request("GET", f"/search/?q={word}") for word in words], 0.10),
        Path("search over REST", [request("GET", f"/api/v1/search/?q={word}") for word in words], 0.10),
        Path("product over REST", [request("GET", f"/api/v1/products/{product['product_id']}/")]),
        Path(
            "add to cart over REST",
            [request("PUT", f"/api/v1/carts/{cart}/lines/{sku}/", line) for cart in carts],
            0.15,
        ),
    ]


def request(method: str, path: str, body: bytes = b"", *, cookie: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\n"
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _json(url: str, body: bytes | None = None) -> Any:
    asked = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)
