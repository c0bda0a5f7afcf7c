"""The SCIM resources that this service serves, as its `/Schemas` describes them, and what it tolerates in requests."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    Schema,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MAX_RESULTS = 200

# Directories send more than anybody's schema has, select what to remove by its value, and expect an entry that a
# path describes to be made. Nothing of it can be mistaken for something else.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)


class Name(ComplexAttribute):
    family_name: Annotated[str | None, Required.true] = None
    """The last name; the only one of people who have one."""

    given_name: str | None = None
    """The first name."""

    middle_name: str | None = None
    """The names between the first and the last."""


class Email(ComplexAttribute):
    value: Annotated[str | None, Required.true] = None
    """The address. It is unique in the service."""

    type: str | None = Field(None, examples=["work"])
    """Always `work`: a person has one address here."""

    primary: bool | None = None
    """Always true. Of several addresses that are sent, the primary one is taken."""


class UserGroup(ComplexAttribute):
    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    """The id of the group."""

    display: Annotated[str | None, Mutability.read_only] = None
    """The name of the group."""


class User(Resource[AnyExtension]):
    """A person."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    """The name by which the client knows the person, often their address. Compared without case."""

    name: Annotated[Name | None, Required.true] = None
    """The person's name."""

    display_name: str | None = None
    """What the client calls the person; the full name unless the client says otherwise."""

    active: bool | None = None
    """Whether the person may sign in. False ends all sessions at once."""

    emails: Annotated[list[Email] | None, Required.true] = None
    """The person's one address."""

    groups: Annotated[list[UserGroup] | None, Mutability.read_only] = None
    """The groups that the person is a member of. They are changed at the groups."""


class EnterpriseUser(Extension):
    """What an organisation says of a person."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    department: str | None = None
    """The department, as it is shown beside the name."""


class Member(ComplexAttribute):
    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    """The id of the person."""

    ref: Annotated[Reference[User[Any]] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """The address of the person."""

    type: Annotated[str | None, Mutability.immutable] = Field(None, examples=["User"])
    """Always `User`: groups have no groups in them."""


class Group(Resource[Any]):
    """A role of a system."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    """`system: role`, such as `tts: Agent`. Without a known system before the colon, a role of `tts`."""

    members: list[Member] | None = None
    """The people who hold the role."""


FullUser = User[EnterpriseUser]

CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MAX_RESULTS),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="API key",
            description="A service key with the scope scim, sent as a bearer token.",
            primary=True,
        )
    ],
)
PROVIDER = ScimProvider(
    models=[User, EnterpriseUser, Group, Schema, ResourceType, ServiceProviderConfig],
    resource_types=[
        ResourceType.model_validate(
            {
                "id": "User",
                "name": "User",
                "endpoint": "/Users",
                "description": "People",
                "schema": str(User.__schema__),
                "schemaExtensions": [{"schema": str(EnterpriseUser.__schema__), "required": False}],
            }
        ),
        ResourceType.model_validate(
            {
                "id": "Group",
                "name": "Group",
                "endpoint": "/Groups",
                "description": "Roles of the systems",
                "schema": str(Group.__schema__),
            }
        ),
    ],
    config=CONFIG,
    policy=POLICY,
)
