"""Which problems each operation may answer with, by their stable codes. `docs/api.md` tells of all of them."""

from collections import defaultdict
from typing import Any

# code: its status, and an example of what people are told.
CODES: dict[str, tuple[int, str]] = {
    "invalid": (400, "Some fields are not valid."),
    "parse_error": (400, "JSON parse error - Expecting value: line 1 column 1 (char 0)"),
    "bad_request": (400, "The request is malformed."),
    "bad_cursor": (400, "This cursor is broken. Start again from the first page."),
    "bad_quantity": (400, "Nobody can order so many of one item."),
    "bad_idempotency_key": (400, "An Idempotency-Key has 255 characters at most."),
    "card_number": (400, "Never send card numbers. Send the token that the payment provider made of the card."),
    "cannot_ship": (400, "We cannot deliver this to the country."),
    "gateway_not_offered": (400, "This provider does not take payments of this order."),
    "unknown_field": (400, "`fields` takes names out of: number, status, total."),
    "unknown_expansion": (400, "`expand` takes names out of: documents, products."),
    "unknown_market": (400, "There is no such market. Use one of: us, uk, de, fr."),
    "unknown_shipping_method": (400, "This delivery is not on offer here. Choose another."),
    "not_authenticated": (401, "Authentication credentials were not provided."),
    "authentication_failed": (401, "Invalid token."),
    "insufficient_scope": (403, "You did not allow this app to do that."),
    "not_a_buyer": (403, "Only who bought this can review it."),
    "wrong_password": (403, "This is not your password."),
    "staff_account": (403, "An administrator closes accounts of staff."),
    "not_found": (404, "There is no such thing, or it is not yours."),
    "cart_not_found": (404, "There is no such cart, or it has expired."),
    "category_not_found": (404, "There is no category no/such."),
    "collection_not_found": (404, "There is no collection no-such."),
    "product_not_found": (404, "There is no product 01j9z3k7qv."),
    "review_not_found": (404, "You have no such review."),
    "unknown_alert": (404, "This key belongs to no alert."),
    "unknown_code": (404, "This code does not exist."),
    "unknown_download": (404, "This order has no such download."),
    "unknown_gift_card": (404, "This gift card does not exist, or nothing is left on it."),
    "unknown_item": (404, "There is no such item."),
    "not_shared": (404, "This wishlist is not shared."),
    "not_acceptable": (406, "Could not satisfy the request Accept header."),
    "already_reviewed": (409, "You reviewed this already. Change that review."),
    "cannot_cancel": (409, "This order was sent, or cancelled before."),
    "cannot_return": (409, "Only an order that was sent can be returned. Cancel it instead."),
    "cannot_withdraw": (409, "This return can no longer be withdrawn."),
    "cart_changed": (409, "The cart changed meanwhile. Look at it and try again."),
    "cart_empty": (409, "Your cart is empty. Put something in before you check out."),
    "cart_full": (409, "A cart holds 50 different items at most. Remove one to add another."),
    "saved_full": (409, "50 items can be saved for later at most."),
    "wishlist_full": (409, "A wishlist holds 200 products at most."),
    "too_many_codes": (409, "A cart takes 5 codes at most."),
    "too_many_addresses": (409, "An account keeps 20 addresses at most. Delete one first."),
    "code_not_applied": (409, "LAMPS10 does not count any more. Look at the cart."),
    "code_refused": (409, "LAMPS10 is over."),
    "gift_card_short": (409, "The gift card holds less than it did. Look at the total again."),
    "offer_used_up": (409, "LAMPS10 was used up meanwhile."),
    "idempotency_key_in_flight": (409, "The first request with this key is still being worked on."),
    "not_for_sale": (409, "The Halo lamp is no longer for sale. Remove it to go on."),
    "out_of_stock": (409, "LAMP-S sold out while you were paying; your card was not charged."),
    "not_invoiced": (409, "There is no invoice before the order is paid."),
    "not_payable": (409, "This order is paid already, or was cancelled."),
    "mail_not_optional": (409, "Mails about orders are always sent."),
    "own_review": (409, "You wrote this review yourself."),
    "review_moved": (409, "The review was changed meanwhile. Read it again."),
    "download_gone": (410, "This download was fetched before."),
    "payload_too_large": (413, "Send 1,048,576 bytes at most."),
    "unsupported_media_type": (415, 'Unsupported media type "text/plain" in request.'),
    "idempotency_key_reused": (422, "This Idempotency-Key was used with another request."),
    "throttled": (429, "Request was throttled. Expected available in 42 seconds."),
    "too_many_alerts": (429, "So many alerts were asked for that you have to wait."),
    "too_many_lookups": (429, "So many orders were looked up that you have to wait."),
    "too_many_reviews": (429, "So many reviews were written that you have to wait."),
    "too_many_votes": (429, "So many votes were given that you have to wait."),
}
_ALWAYS = "not_authenticated authentication_failed not_acceptable throttled"
_OF_PARAMETER = {
    "cart_id": "cart_not_found",
    "cursor": "bad_cursor",
    "fields": "unknown_field",
    "expand": "unknown_expansion",
    "market": "unknown_market",
    "Idempotency-Key": "bad_idempotency_key idempotency_key_in_flight idempotency_key_reused",
}
_BODY = "parse_error payload_too_large unsupported_media_type"
_OF_OPERATION = {
    "add_address": "too_many_addresses",
    "adopt_cart": "cart_changed",
    "ask_for_data_export": "wrong_password",
    "data_export": "not_found",
    "fetch_data_export": "wrong_password not_found",
    "ask_for_erasure": "wrong_password staff_account",
    "ask_for_stock_alert": "unknown_item too_many_alerts",
    "bought_together": "product_not_found",
    "cancel_order": "cannot_cancel",
    "change_review": "product_not_found review_not_found not_a_buyer review_moved too_many_reviews",
    "collection": "collection_not_found",
    "end_stock_alert": "unknown_alert",
    "enter_code": "unknown_code unknown_gift_card code_refused too_many_codes cart_changed",
    "erasure": "not_found",
    "look_up_order": "too_many_lookups",
    "order_invoice": "not_invoiced",
    "own_review": "product_not_found review_not_found",
    "pay_order": "card_number gateway_not_offered not_payable",
    "place_order": "cart_not_found card_number cannot_ship unknown_shipping_method cart_empty cart_changed "
    "out_of_stock not_for_sale code_not_applied offer_used_up gift_card_short",
    "product": "product_not_found",
    "products": "category_not_found",
    "quote_cart": "cannot_ship unknown_shipping_method cart_empty out_of_stock not_for_sale",
    "redeem_download": "unknown_download download_gone",
    "request_return": "cannot_return",
    "reviews": "product_not_found",
    "save_for_later": "unknown_item saved_full cart_changed",
    "save_wish": "product_not_found unknown_item wishlist_full",
    "saved_back_to_cart": "unknown_item cart_full cart_changed out_of_stock not_for_sale bad_quantity",
    "set_line": "bad_quantity unknown_item out_of_stock not_for_sale cart_full cart_changed",
    "set_notification_preference": "mail_not_optional",
    "shared_wishlist": "not_shared",
    "shipping_methods": "cannot_ship not_for_sale",
    "view_product": "product_not_found",
    "vote_for_review": "product_not_found review_not_found own_review too_many_votes",
    "wishlist_link": "not_shared",
    "withdraw_return": "cannot_withdraw",
    "withdraw_review": "product_not_found review_not_found review_moved",
    "withdraw_review_vote": "product_not_found review_not_found",
    "write_review": "product_not_found not_a_buyer already_reviewed too_many_reviews",
}


def codes_of(path: str, operation: dict[str, Any], *, for_everybody: bool) -> dict[str, list[str]]:
    """The codes an operation may answer with, by status. `for_everybody`: any token opens it."""
    names = {parameter.get("name") or _referred(parameter) for parameter in operation.get("parameters", ())}
    # 401 also where nobody need sign in: a token that is sent must be a good one.
    told = _ALWAYS.split() + _OF_OPERATION.get(operation["operationId"], "").split()
    told += [code for name, codes in _OF_PARAMETER.items() if name in names for code in codes.split()]
    told += ["not_found"] if "{" in path else []
    told += ["invalid", "bad_request"] if names or "requestBody" in operation else []
    told += _BODY.split() if "requestBody" in operation else []
    told += [] if for_everybody else ["insufficient_scope"]
    found: dict[str, list[str]] = defaultdict(list)
    for code in dict.fromkeys(told):
        found[str(CODES[code][0])].append(code)
    return dict(sorted(found.items()))


def example_of(code: str) -> dict[str, Any]:
    status, detail = CODES[code]
    title = code.replace("_", " ").capitalize()
    told: dict[str, Any] = {
        "type": f"urn:shopcloud:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    more: dict[str, dict[str, Any]] = {
        "out_of_stock": {"sku": "LAMP-S", "available": 0},
        "invalid": {"errors": {"email": ["Enter an address."]}},
    }
    return told | more.get(code, {})


def _referred(parameter: dict[str, Any]) -> str:
    return {"Market": "market"}.get(str(parameter.get("$ref", "")).rpartition("/")[2], "")
