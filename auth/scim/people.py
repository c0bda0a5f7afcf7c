"""People as SCIM users: shown, found, created, changed. Every change is made by the services of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from scim2_models import Meta, PatchOp

from scim import filters, names
from scim.models import ClientPerson
from scim.refusals import ExternalIdTaken, InvalidValue, NoSuchResource, UserNameTaken
from scim.resources import POLICY, Email, EnterpriseUser, FullUser, Name, UserGroup
from security.services import Actor
from system_roles.models import UserSystemRole
from users.invitations import change_person as change_profile
from users.models import User, valid_username
from users.services import create_user, free_username, set_active
from users.texts import BadText, clean_address, clean_name, login_name

# Attributes of a request that say nothing new: what a path-less PATCH names beside the values that it changes.
READ_ONLY = frozenset({"schemas", "id", "meta", "groups"})
# What a request may change, by the names of the model.
WRITABLE = ("user_name", "external_id", "display_name", "active", "emails")


def shown(
    users: Sequence[User], *, client: str, base: str, groups: Mapping[int, Sequence[tuple[int, str]]] | None = None
) -> list[FullUser]:
    """Return people as the client sees them. `base` is the address under which SCIM is served."""
    rows = ClientPerson.objects.of_client(client).filter(user_id__in=[user.pk for user in users])
    said = {row.user_id: row for row in rows}
    return [_resource(user, said.get(user.pk), base, (groups or {}).get(user.pk, ())) for user in users]


def _resource(
    user: User, said: ClientPerson | None, base: str = "", groups: Sequence[tuple[int, str]] = ()
) -> FullUser:
    resource = FullUser(
        id=str(user.pk),
        external_id=(said.external_id if said else "") or None,
        user_name=(said.user_name if said else "") or user.email,
        name=Name(family_name=user.last_name, given_name=user.first_name or None, middle_name=user.middle_name or None),
        display_name=(said.display_name if said else "") or user.full_name,
        active=user.is_active,
        emails=[Email(value=user.email, type="work", primary=True)],
        groups=[UserGroup(value=str(role_id), display=name) for role_id, name in groups] or None,
        meta=Meta(resource_type="User", created=user.date_joined, location=f"{base}/Users/{user.pk}"),
    )
    if user.department:
        resource[EnterpriseUser] = EnterpriseUser(department=user.department)
    return resource


def groups_by_user(users: Sequence[User]) -> dict[int, list[tuple[int, str]]]:
    """Return `{user id: [(role id, name of the group), …]}`."""
    found: dict[int, list[tuple[int, str]]] = {}
    holds = UserSystemRole.objects.filter(user_id__in=[user.pk for user in users], is_active=True).order_by("role_id")
    for user_id, role_id, slug, name in holds.values_list("user_id", "role_id", "system__slug", "role__name"):
        found.setdefault(user_id, []).append((role_id, names.group_name(slug, name)))
    return found


def person(user_id: str) -> User:
    number = filters.as_id(user_id)
    user = None if number is None else User.objects.get_queryset().filter(pk=number).first()
    if user is None:
        raise NoSuchResource(f"There is no person {user_id!r}.")
    return user


def attributes_of(client: str) -> dict[str, filters.Condition]:
    """Return what people can be filtered by. What a client said of a person counts for that client alone."""
    rows = ClientPerson.objects.of_client(client)
    named = rows.exclude(user_name_key="")

    def user_name(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return filters.EVERYTHING
        text = filters.as_text(value)
        key = text.lower()
        address = login_name(text) if lookup == "exact" else key
        said = Q(pk__in=named.filter(**{f"user_name_key__{lookup}": key}).values("user"))
        return said | (Q(**{f"email__{lookup}": address}) & ~Q(pk__in=named.values("user")))

    def external_id(lookup: str, value: Any) -> Q:
        asked = ~Q(external_id="") if lookup == "pr" else Q(**{f"external_id__{lookup}": filters.as_text(value)})
        return Q(pk__in=rows.filter(asked).values("user"))

    def email(lookup: str, value: Any) -> Q:
        if lookup == "pr":
            return filters.EVERYTHING
        text = filters.as_text(value)
        return Q(**{f"email__{lookup}": login_name(text) if lookup == "exact" else text.lower()})

    def group(lookup: str, value: Any) -> Q:
        holds = UserSystemRole.objects.filter(is_active=True)
        asked = holds if lookup == "pr" else holds.filter(filters.identifier("role")(lookup, value))
        return Q(pk__in=asked.values("user"))

    return {
        "id": filters.identifier("pk"),
        "username": user_name,
        "externalid": external_id,
        "active": filters.flag("is_active"),
        "name.familyname": filters.column("last_name"),
        "name.givenname": filters.column("first_name"),
        "name.middlename": filters.column("middle_name"),
        "emails.value": email,
        "emails.type": filters.constant("work"),
        "emails.primary": filters.constant(True),
        "groups.value": group,
        "department": filters.column("department"),
    }


@transaction.atomic
def create_person(*, client: str, given: FullUser, by: Actor, now: datetime) -> User:
    """Add a person without a password. They sign in by a provider, or by an invitation."""
    user_name = names.single_line(given.user_name, "userName", required=True)
    email = _address(_chosen(given.emails) or user_name)
    first, middle, last = _names(given, fallback=email.split("@")[0])
    department = given[EnterpriseUser].department if given[EnterpriseUser] else None
    user = create_user(
        email=email,
        first_name=first,
        middle_name=middle,
        last_name=last,
        username=_local_name(user_name, email),
        department=_clean(department, "department", 80),
        is_active=given.active is not False,
        by=by,
        now=now,
    )
    _say(
        client,
        user,
        user_name=user_name,
        external_id=names.single_line(given.external_id, "externalId"),
        display_name=names.single_line(given.display_name, "displayName"),
    )
    return user


def replace_person(*, client: str, user_id: str, given: FullUser, by: Actor, now: datetime) -> User:
    """Take over what the request names. What it leaves out stays: no client knows all that is kept here."""
    before = _before(client, user_id)
    after = before.model_copy(deep=True)
    for field in WRITABLE:
        if (value := getattr(given, field)) is not None:
            setattr(after, field, value)
    if given.name is not None and after.name is not None:
        for field in given.name.model_fields_set & set(Name.model_fields):
            setattr(after.name, field, getattr(given.name, field))
    if (more := given[EnterpriseUser]) is not None and more.department is not None:
        after[EnterpriseUser] = EnterpriseUser(department=more.department)
    names_email = given.emails is not None
    return _apply(client, person(user_id), before, after, names_email=names_email, by=by, now=now)


def patch_person(*, client: str, user_id: str, patch: PatchOp[FullUser], by: Actor, now: datetime) -> User:
    before = _before(client, user_id)
    after = before.model_copy(deep=True)
    patch.patch(after, scim_policy=POLICY)
    named = [str(name) for op in patch.operations or [] for name in ([op.path] if op.path else op.value or ())]
    names_email = any("emails" in name.lower() for name in named)
    return _apply(client, person(user_id), before, after, names_email=names_email, by=by, now=now)


def _before(client: str, user_id: str) -> FullUser:
    user = person(user_id)
    return _resource(user, ClientPerson.objects.of_client(client).filter(user=user).first())


@transaction.atomic
def _apply(
    client: str, user: User, before: FullUser, after: FullUser, *, names_email: bool, by: Actor, now: datetime
) -> User:
    """Make the differences true, each by the service that makes such changes."""
    if after.active is not None and after.active != before.active:
        # First: it locks the person's systems, which comes before the person.
        set_active(user_id=user.pk, is_active=after.active, by=by, now=now)
    changes: dict[str, Any] = {}
    address = _chosen(after.emails)
    was_the_name = login_name(before.user_name or "") == user.email and after.user_name != before.user_name
    if (address is None or (was_the_name and not names_email)) and "@" in (after.user_name or ""):
        # Where no other address is left, or the name was the address and the request speaks of the name alone.
        address = after.user_name
    if address != user.email:
        changes["email"] = _address(address or "")
    if after.name != before.name:
        changes["first_name"], changes["middle_name"], changes["last_name"] = _names(after, fallback="")
    department, former = (
        (resource[EnterpriseUser].department if resource[EnterpriseUser] else None) for resource in (after, before)
    )
    if department != former:
        changes["department"] = _clean(department, "department", 80)
    if changes:
        change_profile(user_id=user.pk, changes=changes, by=by, now=now)
    said = {
        field: names.single_line(getattr(after, field), attribute, required=field == "user_name")
        for field, attribute in (
            ("user_name", "userName"),
            ("external_id", "externalId"),
            ("display_name", "displayName"),
        )
        if getattr(after, field) != getattr(before, field)
    }
    if said:
        _say(client, user, **said)
    return person(str(user.pk))


def _say(client: str, user: User, **said: str) -> None:
    """Keep what the client says of the person, unless it says it of another one already."""
    if "user_name" in said:
        said["user_name_key"] = said["user_name"].lower()
    others = ClientPerson.objects.of_client(client).exclude(user=user)

    def refuse_taken() -> None:
        if said.get("user_name_key") and others.filter(user_name_key=said["user_name_key"]).exists():
            raise UserNameTaken(attr="userName")
        if said.get("external_id") and others.filter(external_id=said["external_id"]).exists():
            raise ExternalIdTaken(attr="externalId")

    refuse_taken()
    try:
        with transaction.atomic():
            ClientPerson.objects.update_or_create(client=client, user=user, defaults=said)
    except IntegrityError:
        refuse_taken()  # another request was faster
        raise


def _chosen(emails: Sequence[Email] | None) -> str | None:
    """Return the address that counts of several: the primary one, else that of work, else the first."""
    given = [email for email in emails or [] if email.value]
    preferred = [email for email in given if email.primary] or [
        email for email in given if (email.type or "").lower() == "work"
    ]
    first = next(iter(preferred or given), None)
    return first.value if first else None


def _address(text: str) -> str:
    try:
        address = clean_address(text)
        validate_email(address)
    except (BadText, ValidationError) as error:
        raise InvalidValue("A person needs a valid address, in emails or as the userName.", attr="emails") from error
    if len(address) > 254:
        raise InvalidValue("The address is too long.", attr="emails")
    return address


def _names(given: FullUser, *, fallback: str) -> tuple[str, str, str]:
    """Return first, middle and last name; of people of one name only the last."""
    name = given.name or Name()
    first = _clean(name.given_name, "name.givenName", 80)
    middle = _clean(name.middle_name, "name.middleName", 80)
    last = _clean(name.family_name, "name.familyName", 80)
    if not last and first:
        return "", middle, first
    if not last:
        before, _, after = _clean(given.display_name, "displayName", 160).rpartition(" ")
        first, last = before[:80].strip(), after[:80]
    last = last or _clean(fallback[:80], "name.familyName", 80)
    if not last:
        raise InvalidValue("A person needs a name.", attr="name.familyName")
    return first, middle, last


def _clean(text: str | None, attribute: str, length: int) -> str:
    try:
        cleaned = clean_name(text or "")
    except BadText as error:
        raise InvalidValue(f"{attribute}: {error}", attr=attribute) from error
    if len(cleaned) > length:
        raise InvalidValue(f"{attribute}: At most {length} characters.", attr=attribute)
    return cleaned


def _local_name(user_name: str, email: str) -> str:
    """Return a user name of the service: the client's where it fits and is free."""
    wanted = user_name.split("@")[0].lower()
    try:
        valid_username(wanted)
    except ValidationError:
        return free_username(email)
    if len(wanted) > 64 or User.objects.get_queryset().filter(username=wanted).exists():
        return free_username(email)
    return wanted
