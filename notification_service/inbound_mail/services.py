"""Take mails in, judge them again, forget old ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from inbound_mail.judgement import files_to_carry, judge, refuse
from inbound_mail.lease import mailbox_name
from inbound_mail.models import InboundBody, InboundMail, MailboxLease
from inbound_mail.parsing import Mail, parse
from inbound_mail.transfer import Carried, MessagingAway, carry
from ticketing_common.errors import Conflict, NotFound
from ticketing_common.logs import logger

log = logger(__name__)

FAULT = "fault"
BATCH = 500
Place = tuple[int, int]


class MailNotFound(NotFound):
    code = "mail_not_found"
    default_detail = "There is no such mail."


class NotRetryable(Conflict):
    code = "not_retryable"


@transaction.atomic
def take_in(
    *, raw: bytes, now: datetime, size: int | None = None, place: Place | None = None
) -> tuple[InboundMail, bool]:
    """Keep the mail with its verdict and what follows from it, once; return it and whether it was new.

    `size` is given where `raw` is the beginning only of a mail that is too large. `place` is the folder's validity and
    the mail's number in it. Whatever the mail is like, it is kept: one that can't be judged is `failed`.
    """
    try:
        with transaction.atomic():
            return _take_in(parse(raw), raw, now, size, place)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("inbound_mail_faulty", error=type(error).__name__)
        row, is_new = InboundMail.objects.get_or_create(
            message_id=f"<{hashlib.sha256(raw).hexdigest()}@unread>",
            defaults=_defaults(raw, now, size, place) | {"detail": type(error).__name__},
        )
        if is_new:
            InboundBody.objects.create(mail=row, raw=raw)
        return row, is_new


def _take_in(mail: Mail, raw: bytes, now: datetime, size: int | None, place: Place | None) -> tuple[InboundMail, bool]:
    row, is_new = InboundMail.objects.get_or_create(
        message_id=mail.message_id, defaults=_defaults(raw, now, size, place) | _facts(mail)
    )
    if not is_new:
        log.info("inbound_mail_known", message_id=mail.message_id)
        return row, False
    InboundBody.objects.create(mail=row, raw=raw)
    if size is not None:
        refuse(row, "too_large", takes_no_answers=mail.takes_no_answers, now=now)
        row.save()
    else:
        _judge(row, mail, now)
    log.info("inbound_mail", inbound_mail_id=row.pk, verdict=row.verdict, reason=row.reason)
    return row, True


def _defaults(raw: bytes, now: datetime, size: int | None, place: Place | None) -> dict[str, object]:
    validity, uid = place or (None, None)
    return {
        "size": len(raw) if size is None else size,
        "uid_validity": validity,
        "uid": uid,
        "verdict": InboundMail.Verdict.FAILED,
        "reason": FAULT,
        "received_at": now,
        "judged_at": now,
    }


def _facts(mail: Mail) -> dict[str, object]:
    return {
        "sender": mail.sender[:320].lower(),
        "sender_name": mail.sender_name[:255],
        "subject": mail.subject[:998],
        "file_names": list(mail.file_names),
    }


def _judge(row: InboundMail, mail: Mail, now: datetime, carried: Carried | None = None) -> None:
    row.judged_at = now
    try:
        with transaction.atomic():
            judge(row, mail, now=now, carried=carried)
            row.save()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("inbound_mail_not_judged", inbound_mail_id=row.pk, error=type(error).__name__)
        verdict = {"verdict": InboundMail.Verdict.FAILED, "reason": FAULT, "detail": type(error).__name__}
        InboundMail.objects.filter(pk=row.pk).update(judged_at=now, **verdict)
        row.refresh_from_db()


def carry_waiting(*, keep_going: Callable[[], bool], clock: Callable[[], datetime]) -> int:
    """Carry the files of the mails that wait, oldest first, and have each become what it is; return how many did.

    While messaging is away they go on waiting.
    """
    count = 0
    for mail_id in InboundMail.objects.waiting().order_by("id").values_list("pk", flat=True)[:BATCH]:
        if not keep_going():
            break
        try:
            count += _carry(mail_id, clock())
        except MessagingAway:
            break
    return count


def _carry(mail_id: int, now: datetime) -> bool:
    """Carry the files of one mail outside of any transaction, then judge the mail with them."""
    row = InboundMail.objects.waiting().select_related("body").filter(pk=mail_id).first()
    if row is None:
        return False
    try:
        mail = parse(bytes(row.body.raw))
        carried = carry(row, files_to_carry(row, mail))
    except (OperationalError, InterfaceError, MessagingAway):
        raise
    except Exception as error:
        log.exception("inbound_mail_files_not_carried", inbound_mail_id=mail_id, error=type(error).__name__)
        failed = {"verdict": InboundMail.Verdict.FAILED, "reason": FAULT, "detail": type(error).__name__}
        InboundMail.objects.waiting().filter(pk=mail_id).update(judged_at=now, **failed)
        return False
    with transaction.atomic():
        locked = InboundMail.objects.waiting().select_for_update().filter(pk=mail_id).first()
        if locked is None:
            return False
        _judge(locked, mail, now, carried)
    return True


@transaction.atomic
def retry(*, mail_id: int, now: datetime) -> InboundMail:
    """Judge a refused or failed mail again, by the settings and people of now. Its sender is not told again."""
    row = InboundMail.objects.select_for_update().filter(pk=mail_id).first()
    if row is None:
        raise MailNotFound()
    if row.verdict not in {InboundMail.Verdict.REFUSED, InboundMail.Verdict.FAILED}:
        raise NotRetryable(f"It was not refused: {row.verdict}.", verdict=row.verdict)
    body = InboundBody.objects.filter(mail=row).first()
    if body is None:
        raise NotRetryable("The mail itself is not kept any more.")
    raw = bytes(body.raw)
    if row.size != len(raw):
        raise NotRetryable("Only the head of the mail was kept: it is too large.")
    try:
        mail = parse(raw)
    except Exception as error:
        raise NotRetryable(f"It can't be read: {type(error).__name__}") from error
    for name, value in _facts(mail).items():
        setattr(row, name, value)
    _judge(row, mail, now)
    return row


def mailbox_state() -> dict[str, Any]:
    """Return how the mailbox is set up and read, in the shape of the API."""
    name = mailbox_name()
    lease = MailboxLease.objects.filter(mailbox=name).first() if name else None
    count = {
        verdict: InboundMail.objects.filter(verdict=verdict).count()
        for verdict in (InboundMail.Verdict.WAITING, InboundMail.Verdict.FAILED)
    }
    return {
        "is_configured": bool(name),
        "reply_address": settings.MAILBOX_REPLY_ADDRESS,
        "tickets": settings.MAILBOX_TICKETS,
        "read_at": lease.read_at if lease else None,
        "error": lease.error if lease else "",
        "failed_at": lease.failed_at if lease else None,
        "waiting": count[InboundMail.Verdict.WAITING],
        "failed": count[InboundMail.Verdict.FAILED],
    }


def delete_old(*, now: datetime) -> int:
    """Forget the contents of mails after `KEEP_INBOUND_MAILS_DAYS`, and the mails after `KEEP_MAILS_DAYS`."""
    bodies_before = now - timedelta(days=settings.KEEP_INBOUND_MAILS_DAYS)
    rows_before = now - timedelta(days=max(settings.KEEP_MAILS_DAYS, settings.KEEP_INBOUND_MAILS_DAYS))
    while True:
        old = InboundBody.objects.filter(mail__received_at__lt=bodies_before)
        ids = list(old.exclude(mail__in=InboundMail.objects.waiting()).values_list("pk", flat=True)[:BATCH])
        InboundBody.objects.filter(pk__in=ids).delete()
        InboundMail.objects.filter(pk__in=ids).update(text="")
        if len(ids) < BATCH:
            break
    deleted = 0
    while True:
        old_mails = InboundMail.objects.filter(received_at__lt=rows_before).exclude(verdict=InboundMail.Verdict.WAITING)
        ids = list(old_mails.values_list("pk", flat=True)[:BATCH])
        InboundMail.objects.filter(pk__in=ids).delete()
        deleted += len(ids)
        if len(ids) < BATCH:
            return deleted
