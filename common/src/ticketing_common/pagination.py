"""Pages of lists."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination


class Pagination(PageNumberPagination):
    """`?page`, `?page_size` up to 100."""

    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"
