"""Filters of the list of canned replies."""

from __future__ import annotations

import django_filters

from canned.models import CannedReply, CannedReplyQuerySet
from comments.filters import IntegerFilter
from ticketing_common.permissions import caller


class CannedReplyFilter(django_filters.FilterSet):  # type: ignore[misc]
    scope = django_filters.ChoiceFilter(choices=CannedReply.Scope.choices)
    role_id = IntegerFilter(field_name="role_id", help_text="Auth's id of the role.")
    is_active = django_filters.BooleanFilter()
    offered = django_filters.BooleanFilter(
        method="filter_offered", help_text="What the caller is offered while writing: active, of a role they hold."
    )

    def filter_offered(self, replies: CannedReplyQuerySet, name: str, value: bool) -> CannedReplyQuerySet:
        offered = CannedReply.objects.offered_to(caller(self.request)).values("pk")
        return replies.filter(pk__in=offered) if value else replies.exclude(pk__in=offered)

    class Meta:
        model = CannedReply
        fields: list[str] = []
