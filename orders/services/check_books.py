"""The books of the running shop, looked over where that disturbs nobody."""

import structlog
from django.db import connections, transaction

from orders import ledgers
from orders.ledgers import Breach

# On a shop of many years the sums take their time; the primary's own limit on statements is for pages.
PATIENCE = "10min"
log = structlog.get_logger()


def check_books() -> list[Breach]:
    """What does not balance, each logged as an error; asked of the replica where there is one.

    The provider's own books are left out: while the shop is open some answer is always under way.
    """
    using = "replica" if "replica" in connections.settings else "default"
    # Every check is one statement and so sees one moment, in which a transaction is there whole or not at all.
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        found = ledgers.breaches(using=using, at_rest=False)
    for breach in found:
        log.error("books.unbalanced", check=breach.check, detail=breach.detail)
    log.info("books.checked", breaches=len(found), database=using)
    return found
