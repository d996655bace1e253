"""What the API's description shows as the body of each operation that takes one, by the operation's id."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "add_address": {
        "name": "Mara Keller",
        "line1": "Torstraße 1",
        "city": "Berlin",
        "postal_code": "10119",
        "country": "DE",
        "is_default": True,
    },
    "adopt_cart": {"cart": "q1Zt0Yk3sV8wJm5xR2bN7cD9eF4gH6aL0pQ1rS2tU3v"},
    "ask_for_data_export": {"password": "correct horse battery"},
    "fetch_data_export": {"password": "correct horse battery"},
    "ask_for_erasure": {"password": "correct horse battery"},
    "ask_for_stock_alert": {"product_id": "01j9z3k7qv", "sku": "LAMP-S", "email": "mara@example.com"},
    "change_me": {"first_name": "Mara", "language": "de", "market": "de"},
    "change_review": {"rating": 4, "title": "Still good", "body": "The cord could be longer.", "author": "Mara K."},
    "look_up_order": {"number": "SC-7K3F92QX", "email": "mara@example.com"},
    "pay_order": {"token": "tok_ok", "gateway": "stripe"},
    "request_return": {
        "lines": [{"sku": "LAMP-S", "quantity": 1, "reason": "changed_mind"}],
        "reason": "It does not go with the table.",
    },
    "save_wish": {"sku": "LAMP-S"},
    "quote_cart": {"country": "US", "region": "OR", "postal_code": "97201", "shipping_method": "standard"},
    "read_notifications": {"up_to": 41},
    "set_notification_preference": {"in_app": True, "email": False},
    "set_consent": {"granted": True},
    "set_line": {"product_id": "01j9z3k7qv", "quantity": 2},
    "write_review": {"rating": 5, "title": "Warm light", "body": "Just right beside the sofa.", "author": "Mara K."},
}
EXAMPLES["change_address"] = EXAMPLES["add_address"]
