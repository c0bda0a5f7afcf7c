"""Filters that refuse what they do not know: a typo must not look like an empty filter."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.filters import BaseFilterBackend, OrderingFilter, SearchFilter
from rest_framework.request import Request


class BoundedSearch(SearchFilter):
    """`?search` of at most 8 words and 200 characters: each word is a scan of every searched column."""

    max_words = 8
    max_characters = 200

    def get_search_terms(self, request: Request) -> list[str]:
        if len(request.query_params.get(self.search_param, "")) > self.max_characters:
            message = f"At most {self.max_characters} characters."
            raise exceptions.ValidationError({self.search_param: [message]}, code="search_too_long")
        terms: list[str] = super().get_search_terms(request)
        if len(terms) > self.max_words:
            message = f"At most {self.max_words} words."
            raise exceptions.ValidationError({self.search_param: [message]}, code="search_too_long")
        return terms


class StrictOrdering(OrderingFilter):
    """`?ordering` by declared fields only; another field is a 400, not a shrug."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        params = request.query_params.get(self.ordering_param)
        if params:
            fields = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
            for term in params.split(","):
                if term.strip().lstrip("-") not in fields:
                    message = f"Cannot order by {term.strip()!r}. Choose from: {', '.join(fields)}."
                    raise exceptions.ValidationError({"ordering": [message]}, code="unknown_ordering")
        return super().get_ordering(request, queryset, view)


class StrictParams(BaseFilterBackend):
    """Refuse query parameters that the view does not know: a typo must not look like an empty filter.

    Known are pagination, `search`, `ordering`, `format`, the view's filters and its `extra_query_params`.
    """

    shared = frozenset({"page", "page_size", "search", "ordering", "format"})

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        known = set(self.shared) | set(getattr(view, "extra_query_params", ()))
        filterset = DjangoFilterBackend().get_filterset_class(view, queryset)
        if filterset is not None:
            for name, declared in filterset.base_filters.items():
                suffixes = getattr(getattr(declared.field, "widget", None), "suffixes", [])
                known |= {name, *(f"{name}_{suffix}" for suffix in suffixes)}
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise exceptions.ValidationError(
                {name: [f"Unknown filter. Known are: {', '.join(sorted(known))}."] for name in unknown},
                code="unknown_filter",
            )
        for name, declared in (filterset.base_filters if filterset is not None else {}).items():
            value = request.query_params.get(name)
            if isinstance(declared, BooleanFilter) and value and value.lower() not in {"true", "false", "1", "0"}:
                raise exceptions.ValidationError({name: ["Must be true or false."]}, code="invalid")
        return queryset
