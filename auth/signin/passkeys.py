"""One's passkeys: add, rename, remove. Adding and removing need the password again, as the second factor does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from security.services import Actor, Kind, record
from signin import ceremonies
from signin.ceremonies import PasskeyExpired, PasskeyInvalid, PasskeyRejected, Purpose
from signin.mails import by_code, notify_profile_change
from signin.models import Passkey
from system_roles.services import lock_person
from ticketing_common.errors import Conflict, NotFound
from users.models import User
from users.services import confirm_password


class PasskeyKnown(Conflict):
    code = "passkey_known"
    default_detail = "This passkey is registered already."


class TooManyPasskeys(Conflict):
    code = "too_many_passkeys"
    default_detail = f"An account has at most {Passkey.MAX_PER_PERSON} passkeys. Remove one first."


class LastPasskey(Conflict):
    code = "last_passkey"
    default_detail = "Your second factor is a passkey, and this is the last one. Change or turn off the factor first."


class RegistrationExpired(PasskeyRejected):
    code = PasskeyExpired.code
    default_detail = PasskeyExpired.default_detail


def begin(*, user_id: int, password: str, sid: str, now: datetime) -> dict[str, Any]:
    """Return what the browser needs to make a passkey. Good for this session, once, for five minutes."""
    user = confirm_password(user_id=user_id, password=password, now=now)
    _refuse_too_many(user)
    return ceremonies.registration_options(user=user, sid=sid, now=now)


def register(*, user_id: int, answer: ceremonies.Answer, name: str, sid: str, by: Actor, now: datetime) -> Passkey:
    """Keep the passkey that the browser has made."""
    try:
        challenge = ceremonies.take_challenge(answer=answer, purpose=Purpose.REGISTER, holder=sid, now=now)
    except PasskeyExpired as error:
        raise RegistrationExpired() from error
    except PasskeyInvalid as error:
        raise PasskeyRejected() from error
    found = ceremonies.verify_registration(answer, challenge=challenge)
    with transaction.atomic():
        user = lock_person(user_id)
        _refuse_too_many(user)
        try:
            with transaction.atomic():
                passkey = Passkey.objects.create(
                    user=user,
                    credential_id=found.credential_id,
                    public_key=found.public_key,
                    sign_count=found.sign_count,
                    transports=ceremonies.transports_of(answer),
                    name=name,
                    is_backed_up=found.is_backed_up,
                    created_at=now,
                )
        except IntegrityError as error:
            raise PasskeyKnown() from error
        record(Kind.PASSKEY_ADDED, now=now, by=by, user_id=user_id, passkey=passkey.pk, name=name)
        notify_profile_change(
            user,
            event_id=f"passkey-added-{passkey.pk}",
            changes=f"A passkey was added: {name}. It signs in to your account without the password.",
            text=by_code("passkey_added", passkeys=name),
            now=now,
            origin=by.origin,
        )
    return passkey


def _refuse_too_many(user: User) -> None:
    if Passkey.objects.filter(user=user).count() >= Passkey.MAX_PER_PERSON:
        raise TooManyPasskeys()


def _own(user_id: int, passkey_id: int) -> Passkey:
    passkey = Passkey.objects.select_for_update().filter(user=user_id, pk=passkey_id).first()
    if passkey is None:
        raise NotFound("There is no such passkey.")
    return passkey


@transaction.atomic
def rename(*, user_id: int, passkey_id: int, name: str, by: Actor, now: datetime) -> Passkey:
    passkey = _own(user_id, passkey_id)
    if passkey.name != name:
        record(
            Kind.PASSKEY_RENAMED, now=now, by=by, user_id=user_id, passkey=passkey.pk, name=name, before=passkey.name
        )
        passkey.name = name
        passkey.save(update_fields=["name"])
    return passkey


def remove(*, user_id: int, passkey_id: int, password: str, by: Actor, now: datetime) -> None:
    """Forget a passkey; it opens nothing from now on. Sessions that it has opened stay, as with a second factor."""
    confirm_password(user_id=user_id, password=password, now=now)
    with transaction.atomic():
        user = lock_person(user_id)
        passkey = _own(user_id, passkey_id)
        is_last = not Passkey.objects.filter(user=user).exclude(pk=passkey_id).exists()
        if is_last and user.otp_method == User.OtpMethod.PASSKEY:
            raise LastPasskey()
        _forget(user, [passkey], by=by, now=now)


def remove_all(user: User, *, by: Actor, now: datetime) -> int:
    """Forget all passkeys of a person, and return how many there were. Needs the person's lock."""
    passkeys = list(Passkey.objects.filter(user=user).select_for_update().order_by("id"))
    _forget(user, passkeys, by=by, now=now)
    return len(passkeys)


def _forget(user: User, passkeys: list[Passkey], *, by: Actor, now: datetime) -> None:
    if not passkeys:
        return
    Passkey.objects.filter(pk__in=[passkey.pk for passkey in passkeys]).delete()
    for passkey in passkeys:
        record(Kind.PASSKEY_REMOVED, now=now, by=by, user_id=user.pk, passkey=passkey.pk, name=passkey.name)
    names = ", ".join(passkey.name for passkey in passkeys)
    notify_profile_change(
        user,
        event_id=f"passkey-removed-{passkeys[-1].pk}",
        changes=f"Removed: the passkey {names}." if len(passkeys) == 1 else f"Removed: the passkeys {names}.",
        text=by_code("passkey_removed" if len(passkeys) == 1 else "passkeys_removed", passkeys=names),
        now=now,
        origin=by.origin,
    )
