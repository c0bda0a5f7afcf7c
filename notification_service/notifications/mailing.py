"""Send the mail that is due. The row is locked while its mail is on the way, so no two senders take it.

A mail is sent at most once per positive answer of the mail server. Only a crash between that answer and the commit
can send it twice, with the same Message-ID.
"""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.utils import timezone

from notifications import digests
from notifications.models import Channel, MailSchedule, Notification, Person, Status
from notifications.preferences import DIGEST, QUIET_HOURS, is_wanted, schedule_of
from notifications.rendering import Rendered, facts, masked, render
from notifications.schedule import next_digest, quiet_until
from notifications.services import PERSON_UNKNOWN, log_state
from notifications.template_editing import current_wording
from ticketing_common.logs import logger

log = logger(__name__)

LONGEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT_FOR_A_PERSON = timedelta(minutes=5)
LONGEST_WAIT_FOR_A_MAILBOX = timedelta(minutes=15)

# Only one tick of the beat sends at a time; the mailer process does not need the lock.
TICK_LOCK = 0x6D61696C


class MailServer(Protocol):
    """Django's mail backend, as far as it is used here."""

    def open(self) -> bool | None: ...

    def close(self) -> None: ...

    def send_messages(self, messages: list[EmailMultiAlternatives]) -> int | None: ...


class Outcome(Enum):
    """What became of the mail that was due first."""

    SENT = "sent"
    SKIPPED = "skipped"
    PUT_OFF = "put_off"
    FAILED = "failed"
    SERVER_AWAY = "server_away"


def send_due_mail(
    *, clock: Callable[[], datetime] = timezone.now, keep_going: Callable[[], bool] = lambda: True
) -> dict[Outcome, int]:
    """Send what is due until nothing is, the mail server is away, or the caller has enough."""
    counts = dict.fromkeys(Outcome, 0)
    server: MailServer = get_connection()
    try:
        while keep_going():
            outcome = deliver_next(server=server, now=clock())
            if outcome is None:
                break
            counts[outcome] += 1
            if outcome is Outcome.SERVER_AWAY:
                break
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):  # it is going away anyway
            server.close()
    return counts


@contextlib.contextmanager
def only_tick() -> Iterator[bool]:
    """Yield whether no other tick is sending just now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TICK_LOCK])
        (is_mine,) = cursor.fetchone()
        try:
            yield bool(is_mine)
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TICK_LOCK])


@transaction.atomic
def deliver_next(*, server: MailServer, now: datetime) -> Outcome | None:
    """Take the mail that is due first and send it, put it off, or close it. None when nothing is due."""
    mail = Notification.objects.due(now).select_for_update(skip_locked=True).next_first().first()
    if mail is None:
        return None
    person = Person.objects.filter(pk=mail.user_id).first() if mail.user_id is not None else None
    if mail.user_id is not None:
        held_back = _hold_back(mail, person, now)
        if held_back is not None:
            return held_back
    if mail.is_for_digest and person is not None:
        return _send_digest(mail, person, server, now)
    return _send_one(mail, person, server, now)


def _hold_back(mail: Notification, person: Person | None, now: datetime) -> Outcome | None:
    """Skip or put off what the person can't or does not want to get now; None means: send it."""
    if person is None:
        if mail.given_address:
            return None
        mail.attempts += 1
        wait = min(timedelta(seconds=2 ** min(mail.attempts - 1, 12)), LONGEST_WAIT_FOR_A_PERSON)
        return _put_off(mail, now + wait, Status.QUEUED, PERSON_UNKNOWN, now, is_logged=mail.attempts == 1)
    if mail.reason == PERSON_UNKNOWN:
        mail.attempts = 0  # those were no tries to send
    if not person.is_active and not mail.given_address:
        return _skip(mail, "person_inactive", now)
    if not is_wanted(user_id=person.user_id, notification_type=mail.notification_type, channel=Channel.EMAIL):
        return _skip(mail, "preference", now)
    if mail.is_urgent:
        return None
    schedule = schedule_of(person.user_id)
    if schedule.is_unsubscribed:
        return _skip(mail, "unsubscribed", now)
    if schedule.digest != MailSchedule.Digest.OFF and not mail.is_for_digest:
        mail.is_for_digest = True
        return _put_off(mail, next_digest(schedule, now), Status.QUEUED, DIGEST, now)
    quiet = quiet_until(schedule, now)
    if quiet is not None:
        return _put_off(mail, quiet, Status.QUEUED, QUIET_HOURS, now)
    return None


def _send_one(mail: Notification, person: Person | None, server: MailServer, now: datetime) -> Outcome:
    version, wording = current_wording(mail.notification_type)
    values = facts(mail.notice, mail.context, full_name=person.full_name if person else "")
    rendered = render(mail.notice, wording, values)
    address = mail.given_address or (person.email if person else "")
    kept = render(mail.notice, wording, masked(mail.notice, values)) if mail.notice.secret else rendered
    _keep_text(mail, kept, version, address)
    error = _try(server, _message(mail, rendered, address))
    return _conclude([mail], error, now)


def _send_digest(head: Notification, person: Person, server: MailServer, now: datetime) -> Outcome:
    others = (
        Notification.objects.due(now)
        .filter(user_id=person.user_id, is_for_digest=True)
        .exclude(pk=head.pk)
        .select_for_update(skip_locked=True)
        .order_by("created_at", "id")
    )
    mails = sorted([head, *others], key=lambda mail: (mail.created_at, mail.pk))
    entries = []
    for mail in mails:
        version, wording = current_wording(mail.notification_type)
        values = facts(mail.notice, mail.context, full_name=person.full_name)
        rendered = render(mail.notice, wording, values)
        _keep_text(mail, rendered, version, person.email)
        entries.append(digests.Entry(subject=rendered.subject, link=values["link"], at=mail.created_at))
    rendered = digests.render_digest(entries, full_name=person.full_name)
    message = _message(head, rendered, person.email)
    message.extra_headers |= digests.unsubscribe_headers(person.user_id)
    return _conclude(mails, _try(server, message), now)


def _message(mail: Notification, rendered: Rendered, address: str) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Notification-Type": mail.notification_type,
    }
    ticket_number = mail.context.get("ticket_number")
    if isinstance(ticket_number, str) and ticket_number.isascii() and ticket_number.isprintable():
        # Mail programs show the mails of one ticket as one conversation.
        domain = mail.message_id.rsplit("@", 1)[-1]
        headers["References"] = f"<ticket-{''.join(ticket_number.split())[:64]}@{domain}"
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers=headers,
    )
    message.attach_alternative(rendered.html, "text/html")
    return message


def _try(server: MailServer, message: EmailMultiAlternatives) -> Exception | None:
    """Return what went wrong, None when the server has taken the mail."""
    try:
        server.open()
        server.send_messages([message])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return error
    return None


def _conclude(mails: list[Notification], error: Exception | None, now: datetime) -> Outcome:
    for mail in mails:
        mail.attempts += 1
    outcome = _judge(error)
    text = "" if error is None else f"{type(error).__name__}: {error}"[:1000]
    for mail in mails:
        if outcome is Outcome.SENT:
            mail.close(status=Status.SENT, reason=DIGEST if mail.is_for_digest else "", now=now)
        elif outcome is Outcome.FAILED:
            reason = "refused" if isinstance(error, smtplib.SMTPException) else "unsendable"
            mail.close(status=Status.FAILED, reason=reason, error=text, now=now)
        else:
            longest = LONGEST_WAIT if outcome is Outcome.SERVER_AWAY else LONGEST_WAIT_FOR_A_MAILBOX
            reason = "mail_server_away" if outcome is Outcome.SERVER_AWAY else "mailbox_unavailable"
            wait = min(timedelta(seconds=2 ** min(mail.attempts - 1, 12)), longest)
            mail.put_off(until=now + wait, status=Status.RETRYING, reason=reason, error=text)
        log_state(mail, now)
    if error is not None:
        log.warning("mail_not_sent", outcome=outcome.value, error=type(error).__name__, notification_id=mails[0].pk)
    return outcome


def _judge(error: Exception | None) -> Outcome:
    """Tell a mail that can't be delivered from a server that can't deliver just now."""
    if error is None:
        return Outcome.SENT
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Outcome.FAILED if all(code >= 500 for code in codes) else Outcome.PUT_OFF
    if isinstance(error, smtplib.SMTPDataError):
        return Outcome.FAILED if error.smtp_code >= 500 else Outcome.PUT_OFF
    if isinstance(error, smtplib.SMTPException | OSError):
        return Outcome.SERVER_AWAY
    return Outcome.FAILED  # the mail itself can't be built: a header or an address that is no good


def _keep_text(mail: Notification, rendered: Rendered, version: int | None, address: str) -> None:
    mail.subject, mail.body_text, mail.body_html = rendered.subject, rendered.text, rendered.html
    mail.template_version, mail.email = version, address


def _put_off(
    mail: Notification, until: datetime, status: Status, reason: str, now: datetime, *, is_logged: bool = True
) -> Outcome:
    mail.put_off(until=until, status=status, reason=reason)
    if is_logged:
        log_state(mail, now)
    return Outcome.PUT_OFF


def _skip(mail: Notification, reason: str, now: datetime) -> Outcome:
    mail.close(status=Status.SKIPPED, reason=reason, now=now)
    log_state(mail, now)
    return Outcome.SKIPPED
