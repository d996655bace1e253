"""Guards stand, but for a control run on a database that holds nothing else."""

import pytest
from django.db import connection

from shopcloud.lib import guards


def test_a_guard_is_up_again_after_its_control_run():
    with guards.removed("stock.reserve"):
        assert not guards.stands("stock.reserve")
        assert guards.stands("downloads.redeem")
    assert guards.stands("stock.reserve")


def test_no_guard_comes_down_on_a_database_that_matters(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "shop")
    with pytest.raises(guards.NotThrowaway), guards.removed("stock.reserve"):
        pass
    assert guards.stands("stock.reserve")
