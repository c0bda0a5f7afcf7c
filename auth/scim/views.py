"""The endpoints of SCIM 2.0: people, groups, and what the service says of itself."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from scim2_models import Context, Resource, ResourceType, Schema, SearchRequest

from roles.models import Role
from scim import filters, groups, people
from scim.members import GroupChange, change_of, ids_of
from scim.protocol import ScimView, bounds, wants
from scim.refusals import NoSuchResource, NotSupported
from scim.resources import CONFIG, POLICY, PROVIDER, FullUser, Group
from tts import usage
from users.models import User
from users.services import delete_user


class UsersView(ScimView):
    def get(self, request: Request) -> Response:
        return _people_page(self, self.parameters())

    def post(self, request: Request) -> Response:
        given = FullUser.model_validate(self.body(), scim_policy=POLICY)
        user = people.create_person(client=self.client, given=given, by=self.actor(), now=timezone.now())
        return self.resource(_person_out(self, user), status=201)


class UserSearchView(ScimView):
    def post(self, request: Request) -> Response:
        return _people_page(self, self.search_request())


def _people_page(view: ScimView, asked: SearchRequest[Any]) -> Response:
    condition = filters.condition_of(asked.filter, people.attributes_of(view.client))
    found = User.objects.get_queryset().filter(condition)
    start, end = bounds(asked)
    page = list(found.order_by("pk")[start:end])
    held = people.groups_by_user(page) if wants("groups", asked) else None
    shown = people.shown(page, client=view.client, base=view.base, groups=held)
    return view.page(FullUser, shown, total=found.count(), asked=asked)


class UserView(ScimView):
    def get(self, request: Request, resource_id: str) -> Response:
        return self.resource(_person_out(self, people.person(resource_id)))

    def put(self, request: Request, resource_id: str) -> Response:
        given = FullUser.model_validate(self.body(), scim_policy=POLICY)
        user = people.replace_person(
            client=self.client, user_id=resource_id, given=given, by=self.actor(), now=timezone.now()
        )
        return self.resource(_person_out(self, user))

    def patch(self, request: Request, resource_id: str) -> Response:
        user = people.patch_person(
            client=self.client,
            user_id=resource_id,
            patch=self.patch_of(FullUser),
            by=self.actor(),
            now=timezone.now(),
        )
        return self.resource(_person_out(self, user))

    def delete(self, request: Request, resource_id: str) -> Response:
        delete_user(user_id=people.person(resource_id).pk, by=self.actor(), now=timezone.now())
        return Response(status=204)


def _person_out(view: ScimView, user: User) -> FullUser:
    held = people.groups_by_user([user]) if wants("groups", view.parameters()) else None
    return people.shown([user], client=view.client, base=view.base, groups=held)[0]


class GroupsView(ScimView):
    def get(self, request: Request) -> Response:
        return _groups_page(self, self.parameters())

    def post(self, request: Request) -> Response:
        given = Group.model_validate(self.body(), scim_policy=POLICY)
        role = groups.create_group(
            client=self.client,
            display_name=given.display_name,
            external_id=given.external_id,
            members=_members(given) or set(),
            by=self.actor(),
            now=timezone.now(),
        )
        return self.resource(_group_out(self, role), status=201)


class GroupSearchView(ScimView):
    def post(self, request: Request) -> Response:
        return _groups_page(self, self.search_request())


def _groups_page(view: ScimView, asked: SearchRequest[Any]) -> Response:
    found = groups.all_roles().filter(filters.condition_of(asked.filter, groups.attributes_of(view.client)))
    start, end = bounds(asked)
    page = list(found.order_by("pk")[start:end])
    shown = groups.shown(page, client=view.client, base=view.base, with_members=wants("members", asked))
    return view.page(Group, shown, total=found.count(), asked=asked)


class GroupView(ScimView):
    def get(self, request: Request, resource_id: str) -> Response:
        return self.resource(_group_out(self, groups.role_of(resource_id)))

    def put(self, request: Request, resource_id: str) -> Response:
        """Take over what the request names; without `members` they stay, with an empty list they go."""
        given = Group.model_validate(self.body(), scim_policy=POLICY)
        change = GroupChange(display_name=given.display_name, external_id=given.external_id)
        if (members := _members(given)) is not None:
            change.replace(members)
        role = self._change(resource_id, change)
        return self.resource(_group_out(self, role))

    def patch(self, request: Request, resource_id: str) -> Response:
        """Answers 204: the list of members may be long, and who added one of them need not read it."""
        self._change(resource_id, change_of(self.patch_of(Group)))
        return Response(status=204)

    def _change(self, resource_id: str, change: GroupChange) -> Role:
        return groups.change_group(
            client=self.client, group_id=resource_id, change=change, by=self.actor(), now=timezone.now()
        )

    def delete(self, request: Request, resource_id: str) -> Response:
        role = groups.deletable(resource_id)  # before anybody else is asked
        needed_by = usage.workflows_needing(role_id=role.pk)
        groups.delete_group(group_id=resource_id, needed_by=needed_by, by=self.actor(), now=timezone.now())
        return Response(status=204)


def _group_out(view: ScimView, role: Role) -> Group:
    with_members = wants("members", view.parameters())
    return groups.shown([role], client=view.client, base=view.base, with_members=with_members)[0]


def _members(given: Group) -> set[int] | None:
    if given.members is None:
        return None
    return ids_of([{"value": member.value} for member in given.members])


class ConfigView(ScimView):
    def get(self, request: Request) -> Response:
        return Response(_described(self, CONFIG, "/ServiceProviderConfig"))


class ResourceTypesView(ScimView):
    def get(self, request: Request) -> Response:
        return _all(self, ResourceType, PROVIDER.resource_types)


class ResourceTypeView(ScimView):
    def get(self, request: Request, resource_id: str) -> Response:
        return _one(self, ResourceType, PROVIDER.resource_types, resource_id)


class SchemasView(ScimView):
    def get(self, request: Request) -> Response:
        return _all(self, Schema, PROVIDER.schemas)


class SchemaView(ScimView):
    def get(self, request: Request, resource_id: str) -> Response:
        return _one(self, Schema, PROVIDER.schemas, resource_id)


def _described(view: ScimView, described: Resource[Any], path: str) -> dict[str, Any]:
    kind = type(described).__name__
    body = described.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    return {**body, "meta": {"resourceType": kind, "location": f"{view.base}{path}"}}


def _all(view: ScimView, model: type[Resource[Any]], described: tuple[Resource[Any], ...]) -> Response:
    answer = view.page(model, described, total=len(described), asked=view.parameters())
    answer.data["Resources"] = [_described(view, one, f"/{model.__name__}s/{one.id}") for one in described]
    return answer


def _one(
    view: ScimView, model: type[Resource[Any]], described: tuple[Resource[Any], ...], resource_id: str
) -> Response:
    for one in described:
        if str(one.id).lower() == resource_id.lower():
            return Response(_described(view, one, f"/{model.__name__}s/{one.id}"))
    raise NoSuchResource()


class SearchView(ScimView):
    def post(self, request: Request) -> Response:
        raise NotSupported()


class NothingView(ScimView):
    """Whatever else is asked for below the root: SCIM's own error instead of the service's."""

    def _nothing(self, request: Request, path: str) -> Response:
        raise NoSuchResource("There is nothing at this address.")

    get = post = put = patch = delete = _nothing
