"""Fast JSON says what Django's encoder says."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import TextChoices
from hypothesis import given
from hypothesis import strategies as st

from ticketing_common.jsontext import dumps


class Colour(TextChoices):
    RED = "red"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.uuids()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_any_value_reads_back_as_from_djangos_encoder(value: Any) -> None:
    assert json.loads(dumps(value)) == json.loads(json.dumps(value, cls=DjangoJSONEncoder))


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 22, 8, 0, 0, 123456, UTC),
        date(2026, 11, 22),
        timedelta(hours=30),
        Decimal("1.10"),
        uuid.UUID(int=7),
        Colour.RED,
        (1, 2),
        {1: "a"},
        2**80,
        "\ud800",
    ],
)
def test_kinds_that_django_writes_in_its_own_way(value: Any) -> None:
    assert json.loads(dumps({"value": value})) == json.loads(json.dumps({"value": value}, cls=DjangoJSONEncoder))


def test_refuses_what_is_no_json() -> None:
    with pytest.raises(TypeError):
        dumps({"value": object()})
