"""Pages of lists."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

PREFIX = re.compile(r"/api/[a-z]+")


def as_called(request: Request, url: str) -> str:
    """Return an address of this service with the prefix that the gateway has taken off, so that it leads back here."""
    prefix = request.headers.get("X-Forwarded-Prefix", "")
    if not PREFIX.fullmatch(prefix):
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=prefix + parts.path))


class Pagination(PageNumberPagination):
    """`?page`, `?page_size` up to 100."""

    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"
    request: Request

    def get_next_link(self) -> str | None:
        link = super().get_next_link()
        return link and as_called(self.request, link)

    def get_previous_link(self) -> str | None:
        link = super().get_previous_link()
        return link and as_called(self.request, link)
