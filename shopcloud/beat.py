"""What runs by the clock. Every task may run twice, or late, without harm."""

from typing import Any

from celery.schedules import crontab

from shopcloud.homes import CATALOG_REGION, OTHER_DATABASES, REGION

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "relay-outbox": {"task": "shopcloud.wiring.tasks.relay_outbox", "schedule": 1.0, "options": {"expires": 5}},
    "expire-unpaid-orders": {"task": "orders.tasks.expire_unpaid_orders", "schedule": 60.0},
    "reconcile-payments": {"task": "orders.tasks.reconcile_payments", "schedule": 60.0},
    "hand-over-waiting-mails": {"task": "orders.tasks.hand_over_waiting_mails", "schedule": 60.0},
    "send-due-alerts": {"task": "orders.tasks.send_due_alerts", "schedule": 300.0},
    "sweep-carts": {"task": "orders.tasks.sweep_carts", "schedule": 300.0},
    "remind-of-carts": {"task": "shopcloud.wiring.tasks.remind_of_carts", "schedule": 900.0},
    "deliver-to-partners": {
        "task": "orders.tasks.hand_over_partner_deliveries",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "hand-over-wish-mails": {"task": "shopcloud.wiring.tasks.hand_over_wish_mails", "schedule": 60.0},
    "heal-search-index": {"task": "catalog.tasks.heal_search_index", "schedule": 30.0, "options": {"expires": 20}},
    "go-on-with-imports": {"task": "shopcloud.wiring.tasks.go_on_with_imports", "schedule": 60.0},
    "go-on-with-exports": {"task": "shopcloud.wiring.tasks.go_on_with_exports", "schedule": 60.0},
    "sweep-import-files": {"task": "shopcloud.wiring.tasks.sweep_import_files", "schedule": crontab(hour=2, minute=52)},
    "go-on-with-category-move": {"task": "catalog.tasks.go_on_with_category_move", "schedule": 30.0},
    "go-on-with-reindexing": {"task": "catalog.tasks.go_on_with_reindexing", "schedule": 30.0},
    "carry-out-schedules": {"task": "catalog.tasks.carry_out_schedules", "schedule": 60.0, "options": {"expires": 50}},
    "ship-clickstream": {"task": "analytics.tasks.ship_clickstream", "schedule": 60.0},
    "let-go-of-old-rows": {"task": "shopcloud.wiring.tasks.let_go_of_old_rows", "schedule": crontab(hour=2, minute=37)},
    "seal-secrets": {"task": "shopcloud.wiring.tasks.seal_secrets", "schedule": crontab(hour=2, minute=7)},
    "go-on-with-erasures": {"task": "accounts.tasks.go_on_with_erasures", "schedule": 60.0, "options": {"expires": 50}},
    "go-on-with-copies": {"task": "accounts.tasks.go_on_with_exports", "schedule": 60.0, "options": {"expires": 50}},
    "check-books": {"task": "orders.tasks.check_books", "schedule": crontab(hour=4, minute=41)},
    # Once a night; the later ones find it done, or go on where a lost worker stopped.
    "count-together": {"task": "orders.tasks.count_bought_together", "schedule": crontab(hour="1,2,5", minute=7)},
    "compact-lake": {"task": "analytics.tasks.compact_lake", "schedule": crontab(hour=3, minute=17)},
    "write-sitemaps": {"task": "catalog.tasks.write_sitemaps", "schedule": crontab(hour="*/6", minute=23)},
    "forget-idempotency-keys": {"task": "shopcloud.wiring.tasks.forget_idempotency_keys", "schedule": 3600.0},
    "forget-delivered-events": {"task": "shopcloud.wiring.tasks.forget_delivered_events", "schedule": 3600.0},
}

# What is asked for in the catalog's tables is done where these lie.
_OF_THE_CATALOG = (
    "go-on-with-imports",
    "go-on-with-exports",
    "sweep-import-files",
    "go-on-with-category-move",
    "carry-out-schedules",
)
if OTHER_DATABASES and REGION != CATALOG_REGION:
    CELERY_BEAT_SCHEDULE = {name: one for name, one in CELERY_BEAT_SCHEDULE.items() if name not in _OF_THE_CATALOG}
