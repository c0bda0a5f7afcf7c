"""Filters of the task list. Several values of one filter are separated by commas."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OrderBy, OuterRef, Q, QuerySet
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from amscheckout.models import AmsCheckout
from bmscheckout.models import BmsCheckout
from role.models import Person
from task.models import Task, TaskQuerySet
from ticketing_common.filters import StrictOrdering
from tickets.checkouts import Checkout
from workflow.filters import ordering_term
from workflow.models import PRIORITIES


class IdsFilter(django_filters.BaseInFilter, django_filters.NumberFilter):  # type: ignore[misc]
    """Ids separated by commas."""


class ChoicesFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # type: ignore[misc]
    """Words of a list, separated by commas."""


MAX_TEXTS = 100
ESCAPES = r" A comma within a text is written `\,`, a backslash `\\`."


def texts_of(value: str) -> list[str]:
    """Return the texts of a list such as `Hardware,Desks\\, chairs`: a backslash takes the next character as it is."""
    parts = re.findall(r"(?:\\.|[^,])+", value, re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts]


def check_number_of_texts(value: str) -> None:
    if len(texts_of(value)) > MAX_TEXTS:
        raise ValidationError(f"Give at most {MAX_TEXTS} values.", code="too_many_values")


class TextsFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Exact texts separated by commas, at most `MAX_TEXTS`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validators=[check_number_of_texts], **kwargs)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        texts = texts_of(value or "")
        return queryset.filter(self.condition(texts)) if texts else queryset

    def condition(self, texts: list[str]) -> Q:
        return Q(**{f"{self.field_name}__in": texts})


class RequestersFilter(TextsFilter):
    """People as `/tasks/choices/` names them: `source:id`, or `source:address` where the source gives no id."""

    def condition(self, texts: list[str]) -> Q:
        wanted = Q(pk__in=[])
        for text in texts:
            source, _, key = text.partition(":")
            same = Q(ticket__requester_id=key) | Q(ticket__requester_id="", ticket__requester_email__iexact=key)
            if key:
                wanted |= Q(ticket__source_service=source) & same
        return wanted


class TaskFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = ChoicesFilter(field_name="status", choices=Task.Status.choices)
    priority = ChoicesFilter(field_name="priority", choices=[(name, name) for name in PRIORITIES])
    workflow = IdsFilter(field_name="workflow_id")
    step = IdsFilter(field_name="current_step_id")
    step_key = IdsFilter(field_name="current_step__key")
    version = IdsFilter(field_name="workflow_version__number", label="Numbers of versions, with `workflow`.")
    verdict = django_filters.ChoiceFilter(
        choices=[("met", "met"), ("missed", "missed")],
        method="by_verdict",
        label="Of closed tasks: the SLA met or missed.",
    )
    handoff = ChoicesFilter(
        choices=Checkout.Status.choices, method="by_handoff", label="State of the hand-off to AMS or BMS."
    )
    needs_lead = django_filters.BooleanFilter(field_name="current_visit__needs_lead")
    assignee_away = django_filters.BooleanFilter(
        method="by_absence", label="Open tasks whose assignee is away now, or is not."
    )
    answered = django_filters.BooleanFilter(
        field_name="answered_at",
        lookup_expr="isnull",
        exclude=True,
        label="The requester answered during a hold, and nobody has dealt with it since.",
    )
    role = IdsFilter(field_name="role_id")
    assignee = IdsFilter(field_name="assignee_id")
    owner = IdsFilter(field_name="owner_id")
    category = TextsFilter(field_name="ticket__category", label=f"Exact names.{ESCAPES}")
    department = TextsFilter(field_name="ticket__department", label=f"Exact names.{ESCAPES}")
    requester = RequestersFilter(label=f"`source:id` or `source:address`, as `/tasks/choices/` names them.{ESCAPES}")
    ticket_number = django_filters.CharFilter(field_name="ticket_number")
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    closed_after = django_filters.IsoDateTimeFilter(field_name="closed_at", lookup_expr="gte")
    closed_before = django_filters.IsoDateTimeFilter(field_name="closed_at", lookup_expr="lt")

    class Meta:
        model = Task
        fields: list[str] = []

    def by_absence(self, tasks: TaskQuerySet, _name: str, value: bool) -> TaskQuerySet:
        away = Person.objects.away(timezone.now())
        return tasks.filter(assignee__in=away) if value else tasks.exclude(assignee__in=away)

    def by_verdict(self, tasks: TaskQuerySet, _name: str, value: str) -> TaskQuerySet:
        return tasks.with_verdict(is_missed=value == "missed")

    def by_handoff(self, tasks: TaskQuerySet, _name: str, value: list[str]) -> TaskQuerySet:
        # A reopened task has a hand-off for each cycle: joined, it would be listed once for each that matches.
        ams = AmsCheckout.objects.filter(task=OuterRef("pk"), status__in=value)
        bms = BmsCheckout.objects.filter(task=OuterRef("pk"), status__in=value)
        return tasks.filter(Exists(ams) | Exists(bms))


class TaskFilters(DjangoFilterBackend):  # type: ignore[misc]
    """Makes the form of all filters only where one is asked for: that costs more than the list's statement."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset_class(view, queryset)
        if filterset is None or not set(request.query_params) & set(filterset.base_filters):
            return queryset
        narrowed: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return narrowed


class TaskOrdering(StrictOrdering):
    """Orders by time left with paused tasks last, by priority with the most urgent first, and by the id at the end."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        ordering = self.get_ordering(request, queryset, view) or ["due_at"]
        terms: list[OrderBy | str] = []
        for term in ordering:
            name, is_descending = term.lstrip("-"), term.startswith("-")
            if name in ("due_at", "closed_at"):
                terms.append(F(name).desc(nulls_last=True) if is_descending else F(name).asc(nulls_last=True))
            else:
                terms.append(ordering_term(term))
        is_backwards = ordering[0].startswith("-") is not (ordering[0].lstrip("-") == "priority")
        return queryset.order_by(*terms, "-id" if is_backwards else "id")
