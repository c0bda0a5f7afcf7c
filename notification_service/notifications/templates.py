"""Edit what notifications say. Every version is kept; one that could not be sent is refused when it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import product
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Max

from notifications.models import NotificationTemplate, TemplateVersion
from notifications.notification_types import TYPES, NotificationType, type_in
from notifications.renderer import Rendered, RenderError, TemplateText, facts, render, render_message
from notifications.template_syntax import BadTemplatePart, check_template
from notifications.texts import LANGUAGES
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.jwt import Identity

PARTS = ("subject", "body_text", "body_html", "inapp_message")


class TemplateExists(Conflict):
    code = "template_exists"
    default_detail = "The type has a template in this language already; change that one."


class TemplateChanged(Conflict):
    code = "version_conflict"
    default_detail = "Somebody changed the template meanwhile."


def shipped(kind: NotificationType) -> TemplateText:
    return TemplateText(
        subject=kind.subject,
        body_text=kind.body_text,
        body_html=kind.body_html,
        inapp_message=kind.inapp_message,
    )


def current_template(notification_type: str, language: str) -> tuple[int | None, TemplateText]:
    """Return the version and the parts in force in the language; without a template, what shipped (version None)."""
    template = NotificationTemplate.objects.filter(notification_type=notification_type, language=language).first()
    if template is None:
        return None, shipped(type_in(notification_type, language))
    return template.version, template.parts


def install_shipped_templates(*, now: datetime, using: str = DEFAULT_DB_ALIAS) -> int:
    """Give every type a template in each language, and bring those nobody edited up to date.

    Returns how many changed. English comes first: its rows keep the smallest ids.
    """
    with transaction.atomic(using=using):
        templates = NotificationTemplate.objects.using(using)
        known = {(row.language, row.notification_type): row for row in templates.select_for_update()}
        changed = 0
        for language, name in product(LANGUAGES, TYPES):
            parts = shipped(type_in(name, language))
            template = known.get((language, name))
            if template is None:
                template = NotificationTemplate(
                    notification_type=name, language=language, version=_last_version(name, language, using)
                )
            elif template.edited_by_id is not None or template.parts == parts:
                continue
            _store(template, parts, None, now, using)
            changed += 1
        return changed


@transaction.atomic
def create_template(
    *, notification_type: str, language: str, values: Mapping[str, str], person: Identity, now: datetime
) -> NotificationTemplate:
    parts = _checked(type_in(notification_type, language), values)
    template = NotificationTemplate.objects.filter(notification_type=notification_type, language=language).first()
    if template is not None:
        raise TemplateExists(id=template.pk)
    template = NotificationTemplate(
        notification_type=notification_type,
        language=language,
        version=_last_version(notification_type, language, DEFAULT_DB_ALIAS),
    )
    try:
        with transaction.atomic():
            _store(template, parts, person, now)
    except IntegrityError as error:  # somebody else made it at the same moment
        raise TemplateExists() from error
    return template


@transaction.atomic
def change_template(
    *,
    template_id: int,
    values: Mapping[str, str],
    expected_version: int | None,
    person: Identity,
    now: datetime,
) -> NotificationTemplate:
    """Make the given parts the next version."""
    template = _lock(template_id)
    if expected_version is not None and expected_version != template.version:
        raise TemplateChanged(version=template.version)
    parts = _checked(template.type, {**asdict(template.parts), **values})
    if parts != template.parts:
        _store(template, parts, person, now)
    return template


@transaction.atomic
def restore_version(*, template_id: int, version: int, person: Identity, now: datetime) -> NotificationTemplate:
    """Make an earlier version the next version."""
    template = _lock(template_id)
    old = template.versions.filter(version=version).first()
    if old is None:
        raise NotFound(f"There is no version {version} of this template.")
    parts = _checked(template.type, {part: getattr(old, part) for part in PARTS})
    _store(template, parts, person, now)
    return template


def preview(*, kind: NotificationType, values: Mapping[str, str], context: Mapping[str, Any]) -> dict[str, str]:
    """Render the parts with the samples of the type, overlaid by the context."""
    parts = _checked(kind, values)
    samples: dict[str, Any] = {variable.name: variable.sample for variable in kind.variables}
    values_shown = facts(kind, {**samples, **context}, full_name=samples["recipient_name"])
    rendered = _rendered(kind, parts, values_shown)
    return {
        "subject": rendered.subject,
        "text": rendered.text,
        "html": rendered.html,
        "inapp_message": render_message(parts.inapp_message, values_shown),
    }


def _lock(template_id: int) -> NotificationTemplate:
    template = NotificationTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound("There is no such template.")
    return template


def _checked(kind: NotificationType, values: Mapping[str, str]) -> TemplateText:
    parts = TemplateText(**{part: values[part] for part in PARTS})
    try:
        check_template(kind, **asdict(parts))
    except BadTemplatePart as error:
        raise _refusal(error.detail, error.code, error.part) from error
    _rendered(kind, parts, facts(kind, {variable.name: variable.sample for variable in kind.variables}))
    return parts


def _rendered(kind: NotificationType, parts: TemplateText, values: Mapping[str, str]) -> Rendered:
    """Return the mail, or refuse a template that makes none: its styles are put into the elements only here."""
    try:
        return render(kind, parts, values)
    except RenderError as error:
        raise _refusal(str(error), "html_not_allowed", "body_html") from error


def _refusal(detail: str, code: str, part: str) -> Invalid:
    refusal = Invalid(detail, attr=part)
    refusal.code = code
    return refusal


def _store(
    template: NotificationTemplate,
    parts: TemplateText,
    person: Identity | None,
    now: datetime,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    for part, text in asdict(parts).items():
        setattr(template, part, text)
    template.version = (template.version or 0) + 1
    template.edited_by_id = person.user_id if person else None
    template.edited_by_name = person.full_name if person else ""
    template.updated_at = now
    template.save(using=using)
    TemplateVersion.objects.using(using).create(
        notification_type=template.notification_type,
        language=template.language,
        version=template.version,
        **asdict(parts),
        edited_by_id=template.edited_by_id,
        edited_by_name=template.edited_by_name,
        created_at=now,
    )


def _last_version(notification_type: str, language: str, using: str) -> int:
    rows = TemplateVersion.objects.using(using).filter(notification_type=notification_type, language=language)
    return int(rows.aggregate(last=Max("version"))["last"] or 0)
