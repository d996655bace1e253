"""A stranger's app in Python: `python buy.py <url> <email>`. It asks for the code of the mail, buys a lamp, waits until
it is told that the parcel was sent, and asks for a return. The last line is what it saw, as JSON.
"""

import json
import sys
import uuid
from typing import Any, TypeVar

from shopcloud_client import AuthenticatedClient, Client
from shopcloud_client.api.carts import new_cart, set_line
from shopcloud_client.api.catalog import product, search
from shopcloud_client.api.orders import order, place_order, request_return
from shopcloud_client.api.signing_in import sign_in, sign_up, verify_email
from shopcloud_client.models import (
    Cart,
    EmailCodeRequest,
    LineRequest,
    Order,
    OrderRequest,
    PaymentRequest,
    PlacedOrder,
    Problem,
    Product,
    ProductKind,
    Return,
    ReturnLineRequest,
    ReturnReason,
    ReturnRequest,
    SearchPage,
    ShippingAddressRequest,
    SignedIn,
    SignInPending,
    SignInRequest,
    SignUpRequest,
)

Shape = TypeVar("Shape")
PASSWORD = "a long enough pass phrase"


def told(question: str) -> str:
    print(question, flush=True)
    return sys.stdin.readline().strip()


def got(shape: type[Shape], answer: Any) -> Shape:
    assert isinstance(answer, shape), answer
    return answer


def signed_up(url: str, email: str) -> AuthenticatedClient:
    client = Client(base_url=url)
    pending = got(SignInPending, sign_up.sync(client=client, body=SignUpRequest(email, PASSWORD)))
    assert any(flow.id == "verify_email" and flow.is_pending for flow in pending.data.flows)
    session, code = pending.meta.session_token, EmailCodeRequest(told("code?"))
    got(SignedIn, verify_email.sync(client=client, body=code, x_session_token=session))
    again = got(SignedIn, sign_in.sync(client=client, body=SignInRequest(email, PASSWORD)))
    return AuthenticatedClient(base_url=url, token=again.meta.access_token)


def cart_with_a_lamp(client: AuthenticatedClient) -> str:
    found = got(SearchPage, search.sync(client=client, q="lamp", in_stock=True))
    card = next(each for each in found.results if each.kind == ProductKind.PHYSICAL)
    lamp = got(Product, product.sync(card.product_id, client=client))
    sku = next(variant.sku for variant in lamp.variants if variant.available)
    cart = got(Cart, new_cart.sync(client=client))
    line = LineRequest(product_id=lamp.product_id, quantity=1)
    filled = got(Cart, set_line.sync(cart.id, sku, client=client, body=line))
    assert filled.lines[0].trouble is None
    return filled.id


def main(url: str, email: str) -> None:
    client = signed_up(url, email)
    body = OrderRequest(
        cart=cart_with_a_lamp(client),
        email=email,
        shipping_address=ShippingAddressRequest(
            name="Percy Typed",
            line1="1 Market Street",
            city="San Francisco",
            postal_code="94105",
            region="CA",
            country="US",
        ),
        shipping_method="standard",
        payment=PaymentRequest(token="tok_ok"),
    )
    placed = got(PlacedOrder, place_order.sync(client=client, body=body, idempotency_key=str(uuid.uuid4())))
    told(f"ordered {placed.number}")
    read = got(Order, order.sync(placed.number, client=client))
    lines = [ReturnLineRequest(sku=line.sku, quantity=1, reason=ReturnReason.CHANGED_MIND) for line in read.lines]
    returned = got(Return, request_return.sync(placed.number, client=client, body=ReturnRequest(lines=lines)))
    refused = got(Problem, order.sync("SC-NOSUCHNO", client=client))
    seen = {
        "number": read.number,
        "payment": read.payment and read.payment.status,
        "total": read.total.amount,
        "city": read.shipping_address.city,
        "fulfilment": read.fulfilment_status,
        "return": returned.status,
        "refusal": refused.code,
    }
    print(json.dumps(seen))


main(*sys.argv[1:])
