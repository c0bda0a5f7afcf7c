"""What tickets are about: the choice lists of the editor and of filters."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from audit.services import record
from ticketing_common.errors import Conflict, Invalid, NotFound
from workflow.locks import NAMES, one_at_a_time
from workflow.models import Category


class CategoryNotFound(NotFound):
    default_detail = "There is no such category."


class CategoryTaken(Conflict):
    code = "name_taken"
    default_detail = "There is such a category already."


class CategoryHasChildren(Conflict):
    code = "category_in_use"
    default_detail = "The category has sub-categories."


@transaction.atomic
def save_category(
    *, category_id: int | None, name: str, parent_id: int | None, actor: Actor, now: datetime
) -> Category:
    """Create or rename a category. There are two levels: a sub-category's parent has no parent."""
    found = Category(name="") if category_id is None else _locked(category_id)
    old = {"name": found.name, "parent": found.parent_id} if category_id is not None else None
    parent = None
    if parent_id is not None:
        parent = Category.objects.filter(pk=parent_id, parent=None).exclude(pk=category_id or 0).first()
        if parent is None:
            raise Invalid("The parent must be a category without a parent.", attr="parent")
        if category_id is not None and Category.objects.filter(parent_id=category_id).exists():
            raise Invalid("A category with sub-categories can't become one.", attr="parent")
    one_at_a_time(NAMES)
    if Category.objects.filter(name__iexact=name.strip(), parent=parent).exclude(pk=category_id or 0).exists():
        raise CategoryTaken(attr="name")
    found.name, found.parent = name.strip(), parent
    found.save()
    record(
        actor=actor,
        action="category.updated" if old else "category.created",
        object_type="category",
        object_id=found.pk,
        at=now,
        old=old,
        new={"name": found.name, "parent": found.parent_id},
    )
    return found


@transaction.atomic
def delete_category(*, category_id: int, actor: Actor, now: datetime) -> None:
    """Remove a category from the lists. Workflows and tickets keep its name."""
    found = _locked(category_id)
    if Category.objects.filter(parent=found).exists():
        raise CategoryHasChildren()
    old = {"name": found.name, "parent": found.parent_id}
    found.delete()
    record(actor=actor, action="category.deleted", object_type="category", object_id=category_id, at=now, old=old)


def _locked(category_id: int) -> Category:
    found = Category.objects.select_for_update().filter(pk=category_id).first()
    if found is None:
        raise CategoryNotFound()
    return found
