"""SCIM over HTTP: who may call, how requests are read and how answers and errors are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from pydantic import ValidationError
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from scim2_models import Context, Error, ListResponse, PatchOp, Resource, SCIMException, SearchRequest

from keys.api_keys import KeyRefused, check_key
from keys.models import ApiKey
from scim.people import READ_ONLY
from scim.refusals import SCIM_TYPES, InvalidSyntax, ScopeMissing
from scim.resources import MAX_RESULTS, POLICY
from security.services import Actor
from signin.clients import origin_of
from ticketing_common.authentication import ServiceIdentity
from ticketing_common.jwt import bearer_token
from ticketing_common.pagination import as_called
from ticketing_common.parsers import JSONParser
from ticketing_common.throttling import PersonThrottle

DEFAULT_COUNT = 100
ROOT = "/scim/v2"
KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{1,128}")
PARAMETERS = {
    name.lower(): name
    for name in ("attributes", "excludedAttributes", "filter", "startIndex", "count", "sortBy", "sortOrder")
}


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`, where the key is one that auth keeps, with the scope `scim` by name."""

    def authenticate(self, request: Request) -> tuple[ServiceIdentity, ApiKey] | None:
        plain = bearer_token(request.headers.get("Authorization"))
        if plain is None:
            return None
        if not KEY.fullmatch(plain):  # a person's token, say: no guess of a key, so it is not counted as one
            raise KeyRefused()
        key = check_key(plain=plain, address=origin_of(request).address, now=timezone.now())
        if ApiKey.Scope.SCIM not in key.scopes:
            raise ScopeMissing()
        return ServiceIdentity(key.name, frozenset(key.scopes)), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="scim"'


class HasKey(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, ApiKey)


class KeyThrottle(PersonThrottle):
    """Limit each key to `SCIM_REQUESTS_PER_MINUTE`; 0 means no limit."""

    scope = "scim"

    def limit(self) -> int:
        return int(settings.SCIM_REQUESTS_PER_MINUTE)

    def key(self, request: Request) -> str | None:
        return str(request.auth.pk) if isinstance(request.auth, ApiKey) else None


class ScimJSONParser(JSONParser):
    media_type = "application/scim+json"


class ScimRenderer(JSONRenderer):
    media_type = "application/scim+json"
    charset = None


class OneFormat(BaseContentNegotiation):
    """Answers are SCIM whatever `Accept` says: clients send `application/json` and mean it."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ScimView(APIView):
    """A view of SCIM. It describes itself at `/Schemas`, so OpenAPI leaves it out."""

    schema = None
    authentication_classes = [KeyAuthentication]
    permission_classes = [HasKey]
    throttle_classes = [KeyThrottle]
    parser_classes = [ScimJSONParser, JSONParser]
    renderer_classes = [ScimRenderer]
    content_negotiation_class = OneFormat

    @property
    def client(self) -> str:
        user: Any = self.request.user
        return str(user.name)

    @property
    def base(self) -> str:
        return as_called(self.request, self.request.build_absolute_uri(ROOT))

    def actor(self) -> Actor:
        return Actor(origin=origin_of(self.request), key=str(self.request.auth))

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, ValidationError):
            error = Error.from_validation_errors(exc)[0]
            return _answer(error, error.status or 400)
        if isinstance(exc, SCIMException):
            error = exc.to_error()
            return _answer(error, error.status or 400)
        response = super().handle_exception(exc)
        first = response.data["errors"][0]
        code, status = str(first["code"]), response.status_code
        if status == 401:
            response["WWW-Authenticate"] = 'Bearer realm="scim"'
        error = Error(status=status, scim_type=SCIM_TYPES.get(code), detail=f"{first['detail']} [{code}]")
        response.data = error.model_dump()
        return response

    def parameters(self) -> SearchRequest[Any]:
        """Return what the query asks for. Parameters that SCIM does not know are ignored: clients carry flags there."""
        query = self.request.query_params
        given = {PARAMETERS[name.lower()]: query[name] for name in query if name.lower() in PARAMETERS}
        return SearchRequest.model_validate({name: value for name, value in given.items() if value != ""})

    def search_request(self) -> SearchRequest[Any]:
        """Return what the body of a search asks for."""
        return SearchRequest.model_validate(self.body(), scim_policy=POLICY)

    def body(self) -> dict[str, Any]:
        data = self.request.data
        if not isinstance(data, dict) or not data:
            raise InvalidSyntax("The body must be a JSON object.")
        return data

    def patch_of(self, model: type[Resource[Any]]) -> PatchOp[Any]:
        return PatchOp[model].model_validate(  # type: ignore[valid-type]
            without_read_only(self.body()), scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY
        )

    def resource(self, found: Resource[Any], status: int = 200) -> Response:
        context = Context.RESOURCE_CREATION_RESPONSE if status == 201 else Context.RESOURCE_QUERY_RESPONSE
        response = _answer(found, status, context, self.parameters())
        if found.meta is not None and found.meta.location:
            response["Location"] = str(found.meta.location)
        return response

    def page(
        self, model: type[Resource[Any]], found: Sequence[Resource[Any]], *, total: int, asked: SearchRequest[Any]
    ) -> Response:
        listed = ListResponse[model](  # type: ignore[valid-type]
            total_results=total,
            start_index=asked.start_index or 1,
            items_per_page=len(found),
            resources=list(found),
        )
        return _answer(listed, 200, Context.RESOURCE_QUERY_RESPONSE, asked)


def _answer(
    message: Any, status: int, context: Context = Context.DEFAULT, parameters: SearchRequest[Any] | None = None
) -> Response:
    return Response(message.model_dump(scim_ctx=context, response_parameters=parameters), status=status)


def bounds(asked: SearchRequest[Any]) -> tuple[int, int]:
    """Return where the page begins and ends, counted from 0."""
    start = (asked.start_index or 1) - 1
    count = DEFAULT_COUNT if asked.count is None else min(asked.count, MAX_RESULTS)
    return start, start + count


def wants(attribute: str, asked: SearchRequest[Any]) -> bool:
    """Whether the answer will show the attribute: what costs a query is left out where nobody reads it."""
    excluded = {str(path).lower().rpartition(":")[2] for path in asked.excluded_attributes or []}
    included = {str(path).lower().rpartition(":")[2].split(".")[0] for path in asked.attributes or []}
    return attribute in included if included else attribute not in excluded


def without_read_only(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the PATCH without what Okta names beside the changes of a path-less operation, such as the `id`."""
    return {
        name: [_stripped(operation) for operation in value]
        if name.lower() == "operations" and isinstance(value, list)
        else value
        for name, value in body.items()
    }


def _stripped(operation: Any) -> Any:
    if not isinstance(operation, dict):
        return operation
    fields = {name.lower(): name for name in operation}
    value = operation.get(fields.get("value", ""))
    if operation.get(fields.get("path", "")) or not isinstance(value, dict):
        return operation
    kept = {name: item for name, item in value.items() if name.lower() not in READ_ONLY}
    return {**operation, fields["value"]: kept}
