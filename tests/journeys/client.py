"""A mobile client: the REST API as an app would speak it."""

from typing import Any

import requests

ADDRESS = {
    "name": "Ada Example",
    "line1": "1 Market Street",
    "line2": "",
    "city": "San Francisco",
    "postal_code": "94105",
    "region": "CA",
    "country": "US",
}


class Phone:
    def __init__(self, url: str) -> None:
        self.url, self.http = url + "/api/v1", requests.Session()

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.http.get(self.url + path, params=query, timeout=10)

    def post(self, path: str, body: Any = None, key: str | None = None) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(self.url + path, json=body, headers=headers, timeout=30)

    def put(self, path: str, body: Any) -> requests.Response:
        return self.http.put(self.url + path, json=body, timeout=10)

    def a_product(self, text: str, *, kind: str = "physical") -> dict[str, Any]:
        """The first product a search finds that can be bought."""
        found = self.get("/search/", q=text, in_stock="true").json()["results"]
        card = next(c for c in found if c["kind"] == kind)
        return self.get(f"/products/{card['product_id']}/").json()

    def a_cart_with(self, product: dict[str, Any], *, sku: str | None = None, quantity: int = 1) -> str:
        cart = self.post("/carts/")
        assert cart.status_code == 201, cart.text
        chosen = sku or next(v["sku"] for v in product["variants"] if v["available"])
        line = self.put(
            f"/carts/{cart.json()['id']}/lines/{chosen}/", {"product_id": product["product_id"], "quantity": quantity}
        )
        assert line.status_code == 200, line.text
        return str(cart.json()["id"])

    def order(self, cart: str, *, token: str | None = "tok_ok", email: str = "ada@example.com", key: str | None = None):
        body: dict[str, Any] = {
            "cart": cart,
            "email": email,
            "shipping_address": ADDRESS,
            "shipping_method": "standard",
        }
        if token:
            body["payment"] = {"token": token}
        return self.post("/orders/", body, key)
