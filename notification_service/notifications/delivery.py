"""Send the mail that is due. The row is locked while its mail is on the way, so no two senders take it.

A mail is sent at most once per positive answer of the mail server. Only a crash between that answer and the commit
can send it twice, with the same Message-ID.

What fails because of one mail is that mail's: it is rolled back to a savepoint, recorded, retried with back-off and
parked after `MAX_FAULTS` tries; the others go on.
"""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError, connection, transaction

from notifications import digests
from notifications.models import Channel, MailSchedule, Notification, Person, Status
from notifications.notification_types import NotificationType, type_in
from notifications.preferences import DIGEST, QUIET_HOURS, is_wanted, schedule_of, zone_between
from notifications.renderer import Rendered, facts, masked, render
from notifications.reply_addresses import note_of
from notifications.schedule import next_digest, quiet_until
from notifications.services import PERSON_UNKNOWN, log_state
from notifications.smtp import MailServer, Outcome, message_of, outcome_of, reason_text, transmit
from notifications.sources import READER_GRACE, Answer, Reference, SourceAway, Sources, reference_of_mail
from notifications.templates import current_template
from notifications.texts import language_among
from ticketing_common.database import database_now
from ticketing_common.logs import logger

log = logger(__name__)

MAX_WAIT = timedelta(minutes=1)
MAX_WAIT_FOR_A_PERSON = timedelta(minutes=5)
MAX_WAIT_FOR_A_MAILBOX = timedelta(minutes=15)
# Tries that fail because of the mail itself, before it waits for an administrator.
MAX_FAULTS = 5
FIRST_WAIT_AFTER_A_FAULT = timedelta(seconds=10)

MAIL_SERVER_AWAY, MAILBOX_UNAVAILABLE = "mail_server_away", "mailbox_unavailable"
SOURCE_AWAY, NOT_YET_READABLE, NOT_READABLE = "source_away", "not_yet_readable", "not_readable"
FAULT = "not_renderable"

# Only one tick of the beat sends at a time; the mailer process does not need the lock.
TICK_LOCK = 0x6D61696C


def send_due_mail(
    *, clock: Callable[[], datetime] = database_now, keep_going: Callable[[], bool] = lambda: True
) -> dict[Outcome, int]:
    """Send what is due until nothing is, the mail server is away, or the caller has enough."""
    counts = dict.fromkeys(Outcome, 0)
    server: MailServer = get_connection()
    sources = Sources()
    try:
        while keep_going():
            outcome = deliver_next(server=server, sources=sources, now=clock())
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
def deliver_next(*, server: MailServer, sources: Sources, now: datetime) -> Outcome | None:
    """Take the mail that is due first and send it, put it off, or close it. None when nothing is due."""
    mail = Notification.objects.due(now).select_for_update(skip_locked=True).next_first().first()
    if mail is None:
        return None
    try:
        with transaction.atomic():
            return _deliver(mail, server, sources, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 -- the failure is this row's
        return _record_fault(mail.pk, error, now)


def _deliver(mail: Notification, server: MailServer, sources: Sources, now: datetime) -> Outcome:
    person = Person.objects.filter(pk=mail.user_id).first() if mail.user_id is not None else None
    if mail.user_id is not None:
        held_back = _hold_back(mail, person, now)
        if held_back is not None:
            return held_back
    if mail.is_for_digest and person is not None:
        return _send_digest(mail, person, server, sources, now)
    held_back = _hold_back_unreadable(mail, sources, now)
    if held_back is not None:
        return held_back
    rendered, address = _prepare(mail, person)
    return _conclude([mail], transmit(server, message_of(mail, rendered, address)), now)


def _hold_back(mail: Notification, person: Person | None, now: datetime) -> Outcome | None:
    """Skip or put off what the person can't or does not want to get now; None means: send it."""
    if person is None:
        if mail.given_address:
            return None
        mail.attempts += 1
        wait = _back_off(mail.attempts, MAX_WAIT_FOR_A_PERSON)
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


def _hold_back_unreadable(mail: Notification, sources: Sources, now: datetime) -> Outcome | None:
    """Skip what the person may not read any more, and put the text of now into the rest; None means: send it."""
    reference = reference_of_mail(mail)
    if reference is None:
        return None
    try:
        (answer,) = sources.ask([reference])
    except SourceAway:
        mail.attempts += 1
        wait = _back_off(mail.attempts, MAX_WAIT)
        is_logged = mail.reason != SOURCE_AWAY
        return _put_off(mail, now + wait, Status.RETRYING, SOURCE_AWAY, now, is_logged=is_logged)
    return _apply(mail, reference, answer, now)


def _apply(mail: Notification, reference: Reference, answer: Answer, now: datetime) -> Outcome | None:
    """Follow messaging's answer. A refusal about a ticket is final once messaging must have heard of the mail's event.

    Of a ticket that messaging does not know nothing can have been withdrawn.
    """
    is_comment = reference.comment_id is not None
    if answer.is_readable is False or (is_comment and answer.is_readable is None):
        if is_comment or now - mail.created_at >= READER_GRACE:
            withdraw_text(mail)
            return _skip(mail, NOT_READABLE, now)
        mail.attempts += 1
        wait = _back_off(mail.attempts, MAX_WAIT)
        is_logged = mail.reason != NOT_YET_READABLE
        return _put_off(mail, now + wait, Status.QUEUED, NOT_YET_READABLE, now, is_logged=is_logged)
    if mail.reason in {SOURCE_AWAY, NOT_YET_READABLE}:
        mail.attempts = 0  # those were no tries to send
    if is_comment:
        mail.context["excerpt"] = answer.excerpt
    if answer.ticket_subject and mail.context.get("task_title"):
        mail.context["task_title"] = answer.ticket_subject
    return None


def withdraw_text(mail: Notification) -> None:
    """Forget what a mail quotes."""
    for name in ("excerpt", "task_title", "message", "title", "comment", "text"):
        mail.context.pop(name, None)
    mail.subject = mail.body_text = mail.body_html = ""


def _kind(mail: Notification, person: Person | None) -> NotificationType:
    """Return the mail's type in the language of its reader: of the person or whoever has the address."""
    if person is None and not mail.language:
        person = Person.objects.filter(email=mail.given_address.lower()).order_by("-updated_at").first()
    return type_in(mail.notification_type, language_among(person.language if person else "", mail.language))


def _prepare(mail: Notification, person: Person | None) -> tuple[Rendered, str]:
    """Render the mail for now, keep its text without secrets, and return it with its address."""
    kind = _kind(mail, person)
    version, template = current_template(kind.name, kind.language)
    zone = zone_between(schedule_of(person.user_id), person) if person else UTC
    values = facts(kind, mail.context, full_name=person.full_name if person else "", zone=zone)
    note = note_of(mail, person, kind.language)
    rendered = render(kind, template, values, note=note)
    kept = render(kind, template, masked(kind, values), note=note) if kind.secret else rendered
    address = mail.given_address or (person.email if person else "")
    mail.subject, mail.body_text, mail.body_html = kept.subject, kept.text, kept.html
    mail.template_version, mail.email = version, address
    return rendered, address


def _send_digest(head: Notification, person: Person, server: MailServer, sources: Sources, now: datetime) -> Outcome:
    """Send what waits for the person's digest as one mail: of each item is asked whether it is wanted and readable."""
    others = (
        Notification.objects.due(now)
        .filter(user_id=person.user_id, is_for_digest=True)
        .exclude(pk=head.pk)
        .select_for_update(skip_locked=True)
    )
    entries: list[digests.Entry] = []
    mails: list[Notification] = []
    last = Outcome.SKIPPED
    for mail in sorted([head, *others], key=lambda mail: (mail.created_at, mail.pk)):
        try:
            with transaction.atomic():
                held_back = _hold_back(mail, person, now) or _hold_back_unreadable(mail, sources, now)
                if held_back is not None:
                    last = held_back
                    continue
                rendered, _ = _prepare(mail, person)
                link = facts(mail.type, mail.context)["link"]
                entries.append(digests.Entry(subject=rendered.subject, link=link, at=mail.created_at))
                mails.append(mail)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 -- the failure is this item's
            last = _record_fault(mail.pk, error, now)
    if not mails:
        return last
    zone = zone_between(schedule_of(person.user_id), person)
    rendered = digests.render_digest(
        entries, full_name=person.full_name, zone=zone, language=language_among(person.language)
    )
    message = message_of(mails[0], rendered, person.email, is_digest=True)
    message.extra_headers |= digests.unsubscribe_headers(person.user_id)
    return _conclude(mails, transmit(server, message), now)


def _conclude(mails: list[Notification], error: Exception | None, now: datetime) -> Outcome:
    outcome = outcome_of(error)
    for mail in mails:
        mail.attempts += 1
        text = "" if error is None else reason_text(error, is_secret=bool(mail.secret_names))
        if outcome is Outcome.SENT:
            mail.close(status=Status.SENT, reason=DIGEST if mail.is_for_digest else "", now=now)
        elif outcome is Outcome.FAILED:
            reason = "refused" if isinstance(error, smtplib.SMTPException) else "unsendable"
            mail.close(status=Status.FAILED, reason=reason, error=text, now=now)
        else:
            is_away = outcome is Outcome.SERVER_AWAY
            wait = _back_off(mail.attempts, MAX_WAIT if is_away else MAX_WAIT_FOR_A_MAILBOX)
            reason = MAIL_SERVER_AWAY if is_away else MAILBOX_UNAVAILABLE
            mail.put_off(until=now + wait, status=Status.RETRYING, reason=reason, error=text)
        log_state(mail, now)
    if error is not None:
        log.warning("mail_not_sent", outcome=outcome.value, error=type(error).__name__, notification_id=mails[0].pk)
    return outcome


def _record_fault(notification_id: int, error: Exception, now: datetime) -> Outcome:
    """Retry the mail later, or park it; whatever the failed try changed was rolled back."""
    mail = Notification.objects.get(pk=notification_id)
    mail.faults += 1
    text = reason_text(error, is_secret=bool(mail.secret_names))
    if mail.faults >= MAX_FAULTS:
        mail.close(status=Status.PARKED, reason=FAULT, error=text, now=now)
    else:
        wait = FIRST_WAIT_AFTER_A_FAULT * 2 ** (mail.faults - 1)
        mail.put_off(until=now + wait, status=Status.RETRYING, reason=FAULT, error=text)
    log_state(mail, now)
    log.error("mail_faulty", error=type(error).__name__, notification_id=mail.pk, status=mail.status)
    return Outcome.FAULTY


def _back_off(attempts: int, longest: timedelta) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts - 1, 12)), longest)


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
