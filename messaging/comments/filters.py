"""Filters of the comment list."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from comments.models import Comment


class IntegerFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class CommentFilter(django_filters.FilterSet):  # type: ignore[misc]
    parent_id = IntegerFilter(field_name="parent_id", help_text="Replies to this comment.")
    author_id = IntegerFilter(field_name="author_id")
    visibility = django_filters.ChoiceFilter(choices=Comment.Visibility.choices)

    class Meta:
        model = Comment
        fields: list[str] = []
