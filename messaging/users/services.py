"""Keep the copy of people current."""

from __future__ import annotations

from django.db import transaction

import broadcasts
from ticketing_common.contracts.messages import SyncUser
from users.models import Person


@transaction.atomic
def sync_user(*, message: SyncUser) -> Person | None:
    """Take over what auth says of a person; a message no newer than what is known changes nothing.

    But for one of the same version that is the first to say which roles they hold by id.
    """
    person, is_new = Person.objects.select_for_update().get_or_create(
        user_id=message.user_id, defaults={"version": message.version, "full_name": message.full_name}
    )
    tells_ids = person.role_ids is None and message.role_ids is not None
    if not is_new and message.version <= person.version and not (tells_ids and message.version == person.version):
        return None
    person.email = message.email
    person.full_name = message.full_name
    person.is_active = message.is_active
    person.avatar_url = message.avatar_url[:500]
    person.roles = message.roles
    person.role_ids = None if message.role_ids is None else message.role_ids.get("tts", [])
    person.version = message.version
    person.save()
    broadcasts.after_commit(
        broadcasts.CONTROL_GROUP,
        {
            "type": "person",
            "user_id": person.user_id,
            "active": person.is_active,
            "admin": person.is_admin,
            "agent": person.is_agent,
        },
    )
    return person
