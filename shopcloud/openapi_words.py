"""The words of the API's description: its introduction, its sections in their order, and every operation in a line."""

INTRODUCTION = """
Everything a shopper can do, for mobile apps and partners.

**Signing in.** Guests may browse, fill a cart and order. Who signs in (under *signing-in*) gets an access token: send
it as `Authorization: Bearer <token>`, and exchange the refresh token once for the next pair. Apps of others act for
people by OAuth 2.0, as `/.well-known/openid-configuration` says.

**Markets.** `?market=` says whose prices, taxes and language hold. Money is minor units with a currency:
`{"amount": 1299, "currency": "USD"}`.

**Errors** are problem documents (RFC 9457). Decide by `code`, which is stable; show `detail` to people; `errors` names
the members that are wrong. Each operation lists the codes it may answer. New codes may come: go by `status` then.
After 503 `service_unavailable` wait for `Retry-After` seconds; 500 is our fault.

**Lists** are `{"results": [...], "next": null, "previous": null}`. Follow `next` until it is null. A list without a
cursor comes whole, `maxItems` long at most.

**Doing things once.** Where an operation takes an `Idempotency-Key`, send one of your own: a repeat gets the first
answer.

**Limits.** `RateLimit-Policy` and `RateLimit` tell what is left. After 429 wait for `Retry-After` seconds.

**Versions.** The version is in the path. Answers gain members and enumerations values: ignore what you do not know.
What will go is marked `deprecated`, answers `Deprecation` and `Sunset`, and stays for 180 days at the least.
""".strip()

# Section: what begins a path of it, without the version; and what it is about. The longest that fits counts.
SECTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "signing-in": (
        ("/_allauth/",),
        "Open an account, sign in and out, keep the password. Errors here have a shape of their own.",
    ),
    "catalog": (
        ("products/", "categories/", "collections/", "search/", "suggest/"),
        "What there is to buy, the same for everybody. Keep what you read as long as `Cache-Control` says.",
    ),
    "reviews": (("products/{product_id}/reviews/",), "What buyers say of products."),
    "carts": (
        ("carts/", "me/cart/"),
        "A guest's cart is opened by whoever knows its id; a person's by their token only.",
    ),
    "orders": (
        ("orders/",),
        "Order, pay, cancel, return. A guest's order is opened by its `access_key` in `X-Order-Key`.",
    ),
    "wishlist": (("me/wishlist", "wishlists/"), "What people save, and show to others by a link."),
    "stock-alerts": (("stock-alerts/",), "A mail, once, when something can be bought again."),
    "notifications": (("me/notification",), "A person's inbox, and how they hear of what."),
    "account": (("me/",), "The signed-in person: profile, addresses, what they agreed to, where they are signed in."),
}

# Where the operation itself does not say more.
PARAMETERS = {
    "address_id": "of `addresses`",
    "brand": "only these brands; may be repeated",
    "cart_id": "as it was answered when the cart was made",
    "category": "a category's `path`",
    "client_id": "of `partner_apps`",
    "code": "a coupon or gift card as it was typed",
    "country": "ISO 3166 alpha-2; by default the market's first",
    "cursor": "opaque; take it from `next`",
    "document_number": "of `order_documents`",
    "download_id": "of `downloads`",
    "format": "what the answer is to be",
    "Idempotency-Key": "your own, one for each thing to be done once: a repeat gets the first answer",
    "in_stock": "only what can be had now",
    "key": "of `stock_alerts`, or of the mail's link",
    "kind": "of `notification_preferences`",
    "max_price": "in minor units of the market's currency",
    "min_price": "in minor units of the market's currency",
    "notification_id": "of `notifications`",
    "number": "the order's number",
    "page": "from 1 on",
    "postal_code": "delivery may depend on it",
    "product_id": "of the catalog",
    "purpose": "of `consents`",
    "q": "what is looked for",
    "rating": "only products with so many stars on average, or more",
    "return_id": "of `returns`",
    "review_id": "of `reviews`, or as it was answered when you wrote it",
    "sku": "the variant",
    "slug": "of `collections`",
    "sort": "what comes first",
    "token": "the last part of the link",
    "X-Order-Key": "a guest's `access_key`, as it was answered when the order was placed",
}
SUMMARIES = {
    "add_address": "Add an address",
    "addresses": "Your addresses",
    "adopt_cart": "Take over a guest's cart",
    "ask_for_erasure": "Ask to be forgotten",
    "ask_for_stock_alert": "Ask for a stock alert",
    "bought_together": "What is bought with it",
    "cancel_order": "Cancel an order",
    "cart": "Read a cart",
    "categories": "The category tree",
    "change_address": "Change an address",
    "change_me": "Change your profile",
    "change_review": "Change your review",
    "collection": "A collection and its products",
    "collections": "The collections",
    "consents": "What you agreed to",
    "ask_for_data_export": "Ask for a copy of your data",
    "data_export": "The copy of your data",
    "fetch_data_export": "Fetch the copy of your data",
    "delete_address": "Delete an address",
    "delete_notification": "Delete a notification",
    "downloads": "The downloads of an order",
    "empty_cart": "Empty a cart",
    "end_stock_alert": "End a stock alert",
    "enter_code": "Enter a code",
    "erasure": "Your wish to be forgotten",
    "forget_recently_viewed": "Forget what was viewed",
    "forget_saved": "Drop what was saved for later",
    "look_up_order": "Find a guest's order again",
    "me": "Who is signed in",
    "new_cart": "Make a cart",
    "notification_preferences": "How you hear of what",
    "notifications": "Your inbox",
    "order": "Read an order",
    "order_document": "A document as PDF",
    "order_documents": "The documents of an order",
    "order_invoice": "The invoice as PDF",
    "order_return": "Read a return",
    "orders": "Your orders",
    "own_cart": "Your cart",
    "own_review": "Read your review",
    "partner_apps": "Apps that act for you",
    "pay_order": "Pay an order again",
    "place_order": "Place an order",
    "product": "Read a product",
    "products": "The products of a category",
    "quote_cart": "Ask what a cart will cost",
    "read_notification": "Mark one as read",
    "read_notifications": "Mark all as read",
    "recently_viewed": "What you viewed last",
    "redeem_download": "Fetch a download",
    "remove_code": "Remove a code",
    "remove_line": "Remove a line",
    "remove_wish": "Take a product off the list",
    "request_return": "Ask for a return",
    "returns": "The returns of an order",
    "reviews": "The reviews of a product",
    "save_for_later": "Save a line for later",
    "save_wish": "Save a product",
    "saved_back_to_cart": "Put what was saved back into the cart",
    "search": "Search products",
    "set_consent": "Agree, or take it back",
    "set_line": "Set a line",
    "set_notification_preference": "Choose how you hear of a kind",
    "share_wishlist": "Share your wishlist",
    "shared_wishlist": "Read a shared wishlist",
    "shipping_methods": "How a cart can be delivered",
    "sign_out_elsewhere": "Sign out everywhere else",
    "sign_out_everywhere": "Sign out everywhere",
    "stock_alerts": "Your stock alerts",
    "stop_sharing_wishlist": "Stop sharing your wishlist",
    "suggest": "Suggestions while typing",
    "take_back_partner_app": "Take back what an app may do",
    "unread_notifications": "How many are unread",
    "view_product": "Note a viewed product",
    "vote_for_review": "Say that a review helped",
    "wishlist": "Your wishlist",
    "wishlist_link": "The link of your wishlist",
    "withdraw_return": "Withdraw a return",
    "withdraw_review": "Withdraw your review",
    "withdraw_review_vote": "Take a vote back",
    "write_review": "Write a review",
}


def section_of(path: str) -> str:
    """Raises ValueError for a path that belongs to no section."""
    inside = path.removeprefix("/api/v1/")
    fitting = [
        (len(each), name) for name, (begin, _about) in SECTIONS.items() for each in begin if inside.startswith(each)
    ]
    return max(fitting)[1]
