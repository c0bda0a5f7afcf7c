"""Write canned replies: everybody their own, a role's its lead, those for all administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from canned.leads import is_lead
from canned.models import CannedReply
from canned.placeholders import check_placeholders
from comments.services import clean_text
from ticketing_common.errors import Conflict, Forbidden, Invalid, NotFound
from ticketing_common.jwt import Identity
from users.models import Person

Scope = CannedReply.Scope
# Of one person, of one role, and for all.
MAX_REPLIES = 500


class CannedReplyNotFound(NotFound):
    code = "canned_reply_not_found"
    default_detail = "There is no such canned reply for you."


class OnlyLeads(Forbidden):
    code = "not_lead_of_role"
    default_detail = "Only the lead of the role and administrators change its canned replies."


class OnlyAdministrators(Forbidden):
    code = "not_administrator"
    default_detail = "Only administrators change canned replies for all."


class OnlyItsAuthor(Forbidden):
    code = "not_author"
    default_detail = "Only its author can make a canned reply their own again."


class UnknownRole(Invalid):
    code = "unknown_role"
    default_detail = "Nobody holds such a role."


class CannedReplyChanged(Conflict):
    code = "version_conflict"
    default_detail = "Somebody changed the canned reply meanwhile."


class TooManyCannedReplies(Conflict):
    code = "too_many_canned_replies"
    default_detail = f"There are {MAX_REPLIES} canned replies already. Delete some first."


def visible_reply(*, reply_id: int, by: Identity) -> CannedReply:
    reply = CannedReply.objects.visible_to(by).filter(pk=reply_id).first()
    if reply is None:
        raise CannedReplyNotFound()
    return reply


def create_reply(
    *,
    by: Identity,
    title: str,
    text: str,
    scope: str,
    now: datetime,
    role_id: int | None = None,
    is_active: bool = True,
) -> CannedReply:
    reply = CannedReply(
        title=_clean_title(title),
        text=_clean_reply(text),
        scope=scope,
        role_id=role_id,
        is_active=is_active,
        author_id=by.user_id,
        author_name=by.full_name[:255],
        created_at=now,
    )
    _check_place(scope, role_id)
    _check_may_write(reply, by)
    return _save(reply, by=by, now=now, is_moved=True)


def change_reply(*, reply_id: int, by: Identity, version: int, now: datetime, **values: Any) -> CannedReply:
    """Change the given parts. Whoever moves it elsewhere must have the right to write both there and here."""
    reply = visible_reply(reply_id=reply_id, by=by)
    _check_may_write(reply, by)
    was = reply.scope, reply.role_id
    if "title" in values:
        values["title"] = _clean_title(values["title"])
    if "text" in values:
        values["text"] = _clean_reply(values["text"])
    if "scope" in values and values["scope"] != Scope.TEAM:
        values.setdefault("role_id", None)
    for name, value in values.items():
        setattr(reply, name, value)
    is_moved = (reply.scope, reply.role_id) != was
    if is_moved:
        _check_place(reply.scope, reply.role_id)
        _check_may_write(reply, by)
    # Others are asked before the row is locked.
    with transaction.atomic():
        known = CannedReply.objects.select_for_update().filter(pk=reply_id).values_list("version", flat=True).first()
        if known is None:
            raise CannedReplyNotFound()
        if known != version or reply.version != version:
            raise CannedReplyChanged(version=known)
        reply.version += 1
        return _save(reply, by=by, now=now, is_moved=is_moved)


def delete_reply(*, reply_id: int, by: Identity) -> None:
    reply = visible_reply(reply_id=reply_id, by=by)
    _check_may_write(reply, by)
    reply.delete()


def _save(reply: CannedReply, *, by: Identity, now: datetime, is_moved: bool) -> CannedReply:
    if is_moved and reply.beside().count() >= MAX_REPLIES:
        raise TooManyCannedReplies()
    reply.updated_at, reply.updated_by_id, reply.updated_by_name = now, by.user_id, by.full_name[:255]
    reply.save()
    return reply


def _clean_title(title: str) -> str:
    if not title.isprintable():
        raise Invalid("A title is one line of printable characters.", attr="title")
    return title


def _clean_reply(text: str) -> str:
    text = clean_text(text)
    check_placeholders(text)
    return text


def _check_place(scope: str, role_id: int | None) -> None:
    if (scope == Scope.TEAM) != (role_id is not None):
        raise Invalid("A role belongs to the scope team, and to no other.", attr="role_id")
    if role_id is not None and not Person.objects.filter(is_active=True, role_ids__contains=[role_id]).exists():
        raise UnknownRole(attr="role_id")


def _check_may_write(reply: CannedReply, by: Identity) -> None:
    """Refuse whoever may not write a canned reply of this place. Those of others' own are visible to nobody else."""
    if reply.scope == Scope.OWN:
        if reply.author_id != by.user_id:
            raise OnlyItsAuthor()
    elif by.is_admin:
        return
    elif reply.scope == Scope.ALL:
        raise OnlyAdministrators()
    else:
        holds = Person.objects.filter(user_id=by.user_id, is_active=True, role_ids__contains=[reply.role_id])
        if not (holds.exists() and is_lead(by, reply.role_id or 0)):
            raise OnlyLeads()
