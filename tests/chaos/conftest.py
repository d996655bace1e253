"""The shelves are emptied after each test, as everywhere where goods are put on sale."""

from tests.orders.conftest import empty_shelves

__all__ = ["empty_shelves"]
