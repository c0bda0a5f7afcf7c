"""Fields of what clients write."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from ticketing_common.serializers import BoundedList


class Counted(serializers.IntegerField):
    looked_at = 0

    def to_internal_value(self, data: Any) -> int:
        Counted.looked_at += 1
        return super().to_internal_value(data)


class TestBoundedList:
    def test_of_too_many_elements_none_is_looked_at(self) -> None:
        with pytest.raises(serializers.ValidationError) as refused:
            BoundedList(child=Counted(), max_length=3).run_validation(["x"] * 200_000)

        assert Counted.looked_at == 0
        assert [str(entry) for entry in refused.value.detail] == ["Ensure this field has no more than 3 elements."]
        assert [entry.code for entry in refused.value.detail] == ["max_length"]

    def test_of_few_each_is(self) -> None:
        assert BoundedList(child=Counted(), max_length=3).run_validation(["1", 2, 3]) == [1, 2, 3]
        with pytest.raises(serializers.ValidationError):
            BoundedList(child=Counted(), max_length=3).run_validation(["x"])
