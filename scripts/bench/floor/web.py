"""F3: a page of a ModelSerializer with its count, as a beginner's tutorial has it, on one plain table."""

from __future__ import annotations

from floor.models import Item
from rest_framework import serializers, viewsets
from rest_framework.pagination import PageNumberPagination
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


router = SimpleRouter()
router.register("items", ItemViewSet)
urlpatterns = router.urls
