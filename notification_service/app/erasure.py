"""Take a requester out of mails, notifications and webhooks (ADR 0039)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from inbound_mail.models import InboundBody, InboundMail, MailTicket
from inbound_mail.requesters import SOURCE
from notifications.models import InAppNotification, Notification, NotificationLog, Status
from ticketing_common.contracts.messages import ErasePersonInNotifications, ReportErasure
from ticketing_common.erasure import NAME, TEXT, PersonRef, erase_messages
from ticketing_common.erasure_api import Sections
from ticketing_common.outbox import enqueue
from webhooks.models import WebhookDelivery

SERVICE = "notification_service"
CHUNK = 500


def collect(person: PersonRef) -> Sections:
    """Return the rows about the person's tickets, and mails to and from their addresses, by kind."""
    return {
        "mails": list(
            (_mails_to(person) | _mails_about(person))
            .order_by("id")
            .values("id", "notification_type", "email", "subject", "body_text", "status", "created_at", "sent_at")
        ),
        "notifications": list(
            _notifications(person).order_by("id").values("id", "notification_type", "subject", "message", "created_at")
        ),
        "inbound_mails": list(
            _inbound(person)
            .order_by("id")
            .values("id", "message_id", "sender", "sender_name", "subject", "text", "file_names", "received_at")
        ),
        "mail_tickets": list(
            _mail_tickets(person).order_by("id").values("number", "email", "name", "subject", "created_at")
        ),
        "webhook_deliveries": list(
            _deliveries(person)
            .order_by("id")
            .values("id", "event_type", "ticket_number", "body", "status", "created_at")
        ),
    }


@transaction.atomic
def erase(*, message: ErasePersonInNotifications, now: datetime) -> dict[str, int]:
    """Erase the person here, and confirm it. Doing it again changes nothing.

    Returns how many rows of each kind were changed.
    """
    person = PersonRef.of(message)
    counts = {
        "mails": _erase_mails(person, now),
        "notifications": _notifications(person).exclude(subject=TEXT).update(subject=TEXT, message=TEXT),
        "inbound_mails": _erase_inbound(person),
        "mail_tickets": _erase_mail_tickets(person),
        "webhook_deliveries": _erase_deliveries(person),
        "messages": erase_messages(person, now=now),
    }
    enqueue(ReportErasure(erased=counts, **message.done_by(SERVICE, at=now)))
    return counts


def _mails_to(person: PersonRef) -> QuerySet[Notification]:
    to = Q(pk__in=[])
    for email in person.emails:
        to |= Q(email__iexact=email) | Q(given_address__iexact=email)
    return Notification.objects.filter(to & person.before("created_at"))


def _mails_about(person: PersonRef) -> QuerySet[Notification]:
    return Notification.objects.filter(context__ticket_number__in=person.numbers)


def _erase_mails(person: PersonRef, now: datetime) -> int:
    """Blank mails about the person's tickets, and those to their addresses. One that waits is sent without the data,
    one to the person themselves is not sent any more.
    """
    changed = []
    addresses = set(person.addresses)
    for mail in (_mails_to(person) | _mails_about(person)).select_for_update().order_by("pk"):
        before = (mail.context, mail.subject, mail.body_text, mail.email, mail.recipient)
        mail.context = person.clean_json(mail.context)
        mail.subject, mail.body_text, mail.body_html = (
            TEXT if text else "" for text in (mail.subject, mail.body_text, mail.body_html)
        )
        mail.last_error = person.clean(mail.last_error)
        if mail.email.lower() in addresses or mail.given_address.lower() in addresses:
            # Unique with the event and the channel, as before.
            mail.recipient = mail.recipient if mail.user_id is not None else f"mail:erased-{mail.pk}"
            mail.email = mail.given_address = ""
            if mail.status in Notification.OPEN:
                mail.status, mail.reason, mail.closed_at = Status.SKIPPED, "person_erased", now
        if before != (mail.context, mail.subject, mail.body_text, mail.email, mail.recipient):
            changed.append(mail)
    Notification.objects.bulk_update(changed, _MAIL_COLUMNS, batch_size=CHUNK)
    for entry in NotificationLog.objects.filter(notification__in=changed).exclude(detail=""):
        entry.detail = person.clean(entry.detail)
        entry.save(update_fields=["detail"])
    return len(changed)


_MAIL_COLUMNS = [
    "context",
    "subject",
    "body_text",
    "body_html",
    "last_error",
    "recipient",
    "email",
    "given_address",
    "status",
    "reason",
    "closed_at",
]


def _notifications(person: PersonRef) -> QuerySet[InAppNotification]:
    return InAppNotification.objects.filter(ticket_number__in=person.numbers)


def _inbound(person: PersonRef) -> QuerySet[InboundMail]:
    """Mails from the person's addresses, and answers about their tickets: these quote them."""
    of = Q(ticket_number__in=person.numbers)
    for email in person.emails:
        of |= Q(sender__iexact=email) & person.before("received_at")
    return InboundMail.objects.filter(of)


def _erase_inbound(person: PersonRef) -> int:
    mails = list(_inbound(person).select_for_update())
    changed = []
    for mail in mails:
        before = _shown(mail)
        if mail.sender.lower() in person.addresses:
            mail.sender, mail.sender_name, mail.text, mail.file_names = "", NAME, TEXT, []
            mail.files = mail.pictures = None
            if mail.verdict == InboundMail.Verdict.WAITING:
                # Its files are no longer brought anywhere: its body goes, too.
                mail.verdict, mail.reason = InboundMail.Verdict.IGNORED, "person_erased"
        else:
            mail.text = person.clean(mail.text)
        # An answer's subject is that of the mail, which has the ticket's.
        mail.subject, mail.detail = TEXT, person.clean(mail.detail)
        if before != _shown(mail):
            changed.append(mail)
    InboundMail.objects.bulk_update(
        changed,
        ["sender", "sender_name", "subject", "text", "file_names", "files", "pictures", "detail", "verdict", "reason"],
        batch_size=CHUNK,
    )
    InboundBody.objects.filter(
        mail__in=[mail for mail in mails if mail.verdict != InboundMail.Verdict.WAITING]
    ).delete()
    return len(changed)


def _erase_mail_tickets(person: PersonRef) -> int:
    """Forget whom to answer about tickets that came by mail, and their files, which tickets name no more."""
    _, by_kind = _mail_tickets(person).delete()
    return by_kind.get(MailTicket._meta.label, 0)


def _mail_tickets(person: PersonRef) -> QuerySet[MailTicket]:
    of = Q(number__in=[ticket["source_number"] for ticket in person.tickets if ticket["source_service"] == SOURCE])
    for email in person.emails:
        of |= Q(email__iexact=email) & person.before("created_at")
    return MailTicket.objects.filter(of)


def _shown(mail: InboundMail) -> tuple[Any, ...]:
    return mail.sender, mail.sender_name, mail.subject, mail.text, mail.file_names, mail.files, mail.detail


def _deliveries(person: PersonRef) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(ticket_number__in=person.numbers)


def _erase_deliveries(person: PersonRef) -> int:
    """Clean the bodies; one that waits is sent so. What receivers answered may quote them."""
    changed = []
    for delivery in _deliveries(person).select_for_update().order_by("pk"):
        try:
            document = json.loads(delivery.body)
        except ValueError:
            document = {}
        cleaned = person.clean_json(document)
        answer = TEXT if delivery.response_body else ""
        if cleaned != document or answer != delivery.response_body:
            delivery.body, delivery.response_body = json.dumps(cleaned, ensure_ascii=False), answer
            changed.append(delivery)
    WebhookDelivery.objects.bulk_update(changed, ["body", "response_body"], batch_size=CHUNK)
    return len(changed)
