"""Pages of the audit trail, which may have millions of rows."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.utils.functional import cached_property

from audit.models import AuditHead
from ticketing_common.pagination import Pagination


class ChainPaginator(Paginator):  # type: ignore[type-arg]
    """Knows the number of all rows without counting them: they are numbered without gaps."""

    @cached_property
    def count(self) -> int:
        where = getattr(self.object_list, "query", None)
        if where is not None and not where.where:
            return AuditHead.objects.filter(pk=1).values_list("last_id", flat=True).first() or 0
        return int(super().count)


class AuditPagination(Pagination):
    django_paginator_class = ChainPaginator
