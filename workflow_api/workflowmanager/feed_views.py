"""Calendar feeds over HTTP: a person's own links, and the document behind one of them."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.context import current_client_address
from audit.views import AnythingAccepted
from ticketing_common.permissions import IsAgent, caller
from ticketing_common.serializers import StrictFields
from ticketing_common.throttling import PersonThrottle
from workflow.fields import StorableText, checked
from workflowmanager import feeds
from workflowmanager.models import CalendarFeed

MAX_ALARM_MINUTES = 7 * 24 * 60
MEDIA_TYPE = "text/calendar; charset=utf-8"


class CalendarFeedIn(StrictFields):
    name = StorableText(max_length=64, help_text="Where the link is used; unique among your own.")
    alarm_minutes = serializers.IntegerField(
        min_value=0,
        max_value=MAX_ALARM_MINUTES,
        allow_null=True,
        required=False,
        help_text="How long before a deadline the calendar program alarms; null: not at all.",
    )
    time_zone = serializers.CharField(
        max_length=64,
        required=False,
        help_text="An IANA name; without it your profile's. An absence from midnight to midnight there is whole days.",
    )

    def validate_time_zone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError("There is no such time zone.", code="unknown_time_zone")
        return value


class CalendarFeedOut(serializers.ModelSerializer[CalendarFeed]):
    class Meta:
        model = CalendarFeed
        fields = ("id", "name", "time_zone", "alarm_minutes", "created_at", "last_used_at")


class NewCalendarFeedOut(CalendarFeedOut):
    url = serializers.URLField(help_text="The link. It is shown this one time.")

    class Meta(CalendarFeedOut.Meta):
        fields = (*CalendarFeedOut.Meta.fields, "url")  # type: ignore[assignment]


@extend_schema_view(
    list=extend_schema(summary="List your calendar feeds", description="Without their links: these are not kept."),
    destroy=extend_schema(summary="Revoke a calendar feed", description="Its link answers 404 from now on."),
)
class CalendarFeedViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[CalendarFeed]):
    """Your own calendar feeds. Nobody else's, an administrator's neither."""

    permission_classes = [IsAgent]
    serializer_class = CalendarFeedOut
    lookup_value_regex = "[0-9]{1,18}"
    search_fields = ("name",)
    ordering_fields = ("name", "created_at", "id")
    ordering = ("created_at", "id")

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        if getattr(self, "swagger_fake_view", False):
            return CalendarFeed.objects.none()
        return feeds.feeds_of(caller(self.request))

    @extend_schema(
        summary="Create a calendar feed",
        description=(
            "The answer has the link this one time, so there is no Idempotency-Key: with it the link would be stored."
            " Of a lost answer, revoke the feed and create another. 400 `unknown_time_zone`; 409 `feed_name_taken`,"
            " `too_many_feeds`."
        ),
        request=CalendarFeedIn,
        responses={201: NewCalendarFeedOut},
    )
    def create(self, request: Request) -> Response:
        given = checked(CalendarFeedIn(data=request.data))
        person = caller(request)
        known = person.time_zone if person.time_zone in available_timezones() else "UTC"
        feed, token = feeds.create_feed(
            name=given["name"],
            time_zone=given.get("time_zone") or known,
            alarm_minutes=given.get("alarm_minutes"),
            actor=person,
            now=timezone.now(),
        )
        link = f"{settings.FRONTEND_URL.rstrip('/')}/calendar/{token}.ics"
        return Response({**CalendarFeedOut(feed).data, "url": link}, status=status.HTTP_201_CREATED)

    def perform_destroy(self, instance: CalendarFeed) -> None:
        feeds.revoke_feed(feed_id=instance.pk, actor=caller(self.request), now=timezone.now())


class FeedThrottle(PersonThrottle):
    """One link is read so often a minute, whether it is one or not."""

    scope = "calendar_feed"
    most = 20

    def limit(self) -> int:
        return min(self.most, super().limit())

    def key(self, request: Request) -> str | None:
        return feeds.digest(request.path)


class FeedAddressThrottle(FeedThrottle):
    """One address reads so many links a minute: services such as Google's come for many people from one."""

    scope = "calendar_feed_address"
    most = 600

    def key(self, request: Request) -> str | None:
        return current_client_address() or "unknown"


class CalendarView(APIView):
    """The document of one feed, for whoever has its link. The part of the path is named like the secret that it is:
    logs leave such parts out."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (FeedThrottle, FeedAddressThrottle)
    content_negotiation_class = AnythingAccepted

    @extend_schema(
        summary="Read a calendar feed",
        description=(
            "iCalendar, by the secret in the link alone: `TOKEN.ics`. 304 for a known `If-None-Match` or"
            " `If-Modified-Since`; 404 for a link that was revoked, or whose person may not work on tickets any more;"
            " 429 after 20 in a minute."
        ),
        responses={
            (200, "text/calendar"): OpenApiTypes.STR,
            304: OpenApiResponse(description="Nothing has changed."),
        },
        auth=[],
    )
    def get(self, request: Request, token_file: str) -> HttpResponseBase:
        answer = feeds.read_feed(token=token_file.removesuffix(".ics"), now=timezone.now())
        response = HttpResponse(
            answer.content,
            content_type=MEDIA_TYPE,
            headers={
                "ETag": answer.etag,
                "Last-Modified": http_date(answer.changed_at.timestamp()),
                # Kept by the reader alone, and asked about each time: a revoked link shows nothing from then on.
                "Cache-Control": "private, no-cache",
                "Content-Disposition": 'inline; filename="tickets.ics"',
                "X-Robots-Tag": "noindex",
            },
        )
        conditional = get_conditional_response(
            request._request, etag=answer.etag, last_modified=int(answer.changed_at.timestamp()), response=response
        )
        return conditional or response
