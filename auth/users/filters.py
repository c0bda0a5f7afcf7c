"""Filters of the list of people."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework.request import Request

from ticketing_common.filters import BoundedSearch, StrictOrdering, StrictParams
from users.models import User
from users.texts import folded


class UserFilter(filters.FilterSet):  # type: ignore[misc]
    system = filters.CharFilter(method="by_hold", label="Holds a role of this system")
    role = filters.CharFilter(method="by_hold", label="Holds a role of this name")
    is_locked = filters.BooleanFilter(method="by_lock", label="Locked out now")

    class Meta:
        model = User
        fields = ["is_active", "department", "otp_method", "system", "role", "is_locked"]

    def by_hold(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """`system` and `role` together ask for one hold that fits both."""
        given = {key: self.data.get(key) for key in ("system", "role") if self.data.get(key)}
        asked = {"holds__is_active": True}
        conditions = {"holds__system__slug": given.get("system"), "holds__role__name": given.get("role")}
        asked_for = {key: text for key, text in conditions.items() if text}
        return rows.filter(pk__in=User.objects.get_queryset().filter(**asked, **asked_for).values("pk"))

    def by_lock(self, rows: QuerySet[User], name: str, value: bool) -> QuerySet[User]:
        locked = User.objects.locked(timezone.now())
        return rows.filter(pk__in=locked) if value else rows.exclude(pk__in=locked)


class PeopleSearch(BoundedSearch):
    """`?search` over people: without case and accents, as `User.search_text` is stored."""

    def get_search_terms(self, request: Request) -> list[str]:
        return [folded(term) for term in super().get_search_terms(request)]


PEOPLE_FILTERS = [StrictParams, filters.DjangoFilterBackend, PeopleSearch, StrictOrdering]
