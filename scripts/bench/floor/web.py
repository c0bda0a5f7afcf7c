"""F3: a page of a ModelSerializer with its count, as a beginner's tutorial has it, on one plain table.

Writing: the viewset's own POST, and a plain change of the status (F4): lock, update, history row in one transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from floor.models import Item, ItemChange
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter


class ItemSerializer(serializers.ModelSerializer[Item]):
    class Meta:
        model = Item
        fields = "__all__"


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"


class ItemViewSet(viewsets.ModelViewSet[Item]):
    queryset = Item.objects.order_by("due_at", "id")
    serializer_class = ItemSerializer
    pagination_class = Pages

    @action(detail=True, methods=["post"])
    def status(self, request: Request, pk: Any = None) -> Response:
        with transaction.atomic():
            item = Item.objects.select_for_update().get(pk=pk)
            old, item.status = item.status, request.data["status"]
            item.version, item.updated_at = item.version + 1, timezone.now()
            item.save(update_fields=["status", "version", "updated_at"])
            ItemChange.objects.create(item=item, old_status=old, new_status=item.status, actor_id=1)
        return Response(self.get_serializer(item).data)


router = SimpleRouter()
router.register("items", ItemViewSet)
urlpatterns = router.urls
