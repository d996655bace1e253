"""The bench fills a shop's own stores, unlike what else is tested of the deployment."""

import pytest

from catalog.services import create_stores


@pytest.fixture(scope="session", autouse=True)
def stores() -> None:
    """This worker's tables; those that another test has made stay as they are."""
    create_stores()
