"""What SCIM requests are refused for, beside what the services refuse. `scim_type` is the keyword of RFC 7644, 3.12."""

from __future__ import annotations

from ticketing_common.errors import Conflict, Invalid, NotFound, Refusal


class UserNameTaken(Conflict):
    code = "user_name_taken"
    default_detail = "Another person has this userName."


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    default_detail = "Another resource of this client has this externalId."


class InvalidValue(Invalid):
    code = "invalid_value"
    default_detail = "A value does not fit its attribute."


class InvalidFilter(Invalid):
    code = "invalid_filter"
    default_detail = "The filter can't be used."


class InvalidSyntax(Invalid):
    code = "invalid_syntax"
    default_detail = "The request does not follow its schema."


class TooManyChanges(Invalid):
    code = "too_many_changes"
    default_detail = "Too many members change at once."


class ScopeMissing(Refusal):
    code = "permission_denied"
    status_code = 403
    default_detail = "The key does not have the scope scim."


class NoSuchResource(NotFound):
    default_detail = "There is no such resource."


class NotSupported(Refusal):
    code = "not_supported"
    status_code = 501
    default_detail = "Search at /Users/.search or /Groups/.search: there is no search over both."


# The keywords that SCIM has for the codes of the services; a code without one says enough by its status.
SCIM_TYPES = {
    "email_taken": "uniqueness",
    "username_taken": "uniqueness",
    "company_id_taken": "uniqueness",
    "user_name_taken": "uniqueness",
    "external_id_taken": "uniqueness",
    "role_exists": "uniqueness",
    "invalid_value": "invalidValue",
    "invalid_filter": "invalidFilter",
    "invalid_syntax": "invalidSyntax",
    "parse_error": "invalidSyntax",
    "role_protected": "mutability",
}
