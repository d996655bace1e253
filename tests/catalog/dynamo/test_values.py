"""Typed values: what is written is what is read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.dynamo.values import decode, encode

plain = some.recursive(
    some.none() | some.booleans() | some.integers(-(10**30), 10**30) | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain | some.sets(some.text(min_size=1), min_size=1))
def test_a_value_survives_the_store(value):
    assert decode(encode(value)) == value


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), b"bytes", object()])
def test_what_the_catalog_does_not_keep_is_refused(value):
    with pytest.raises(TypeError, match="keeps no"):
        encode(value)
