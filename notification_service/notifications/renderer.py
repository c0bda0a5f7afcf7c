"""Turn a template and a context into a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from html import escape
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context
from django.utils.safestring import mark_safe

from notifications.links import absolute_link
from notifications.notification_types import PRODUCT, NotificationType
from notifications.sentences import as_text, values_of_texts
from notifications.template_syntax import parse
from notifications.texts import ENGLISH, phrase
from notifications.times import readable_time

MAX_SUBJECT = 255
MASK = "•••"


class RenderError(ValueError):
    """The template and the context make no mail."""


@dataclass(frozen=True)
class TemplateText:
    """The four texts of one template."""

    subject: str
    body_text: str
    body_html: str
    inapp_message: str


@dataclass(frozen=True)
class Rendered:
    """What a mail says."""

    subject: str
    text: str
    html: str


def facts(
    kind: NotificationType, context: Mapping[str, Any], *, full_name: str = "", zone: tzinfo = UTC
) -> dict[str, str]:
    """Return every variable of the type as a string, in the type's language, times in the zone.

    What the context lacks is empty or derived. What it tells by code replaces the English sentence beside it.
    """
    language = kind.language
    given = {name: as_text(value) for name, value in context.items()}
    given |= values_of_texts(context, language=language, zone=zone)
    values = {variable.name: given.get(variable.name, "") for variable in kind.variables}
    name = full_name or given.get("recipient_name", "")
    values |= {
        "greeting": greeting(name, language),
        "recipient_name": name,
        "product": PRODUCT,
        "preferences_link": "" if kind.is_to_requester else f"{settings.FRONTEND_URL}/profile",
        "link": absolute_link(given.get("link", ""), given.get("ticket_number", ""), kind.path),
    }
    for variable in values:
        if variable.endswith(("_at", "_until")):
            values[variable] = readable_time(values[variable], zone, language)
    if values.get("priority"):
        values["priority"] = priority_name(values["priority"], language)
    if kind.is_about_ticket:
        number, title = given.get("ticket_number", ""), given.get("task_title", "")
        quoted = phrase(language, "quoted", text=title) if title else ""
        values["ticket"] = " ".join(part for part in (number, quoted) if part) or phrase(language, "a_ticket")
    if kind.name == "system":
        values["title"] = values["title"] or phrase(language, "news", product=PRODUCT)
    return values


def greeting(full_name: str, language: str) -> str:
    if not full_name:
        return phrase(language, "greeting_unnamed")
    return phrase(language, "greeting", first_name=full_name.split(" ")[0], full_name=full_name)


def priority_name(priority: str, language: str) -> str:
    """Return the priority in the language; one that is none of ours as it came."""
    name = f"priority_{priority.lower()}"
    return phrase(language, name) if name in ENGLISH else priority.capitalize()


def render(kind: NotificationType, template: TemplateText, values: Mapping[str, str], *, note: str = "") -> Rendered:
    """Return the mail; `note` is a sentence of its own below the text."""
    lines = [(label, values[name]) for name, label in kind.details if values.get(name)]
    plain = "\n".join(f"{label}: {value}" for label, value in lines)
    rows = "".join(f"<tr><th>{escape(label)}</th><td>{_multiline(value)}</td></tr>" for label, value in lines)
    as_html = mark_safe(f'<table class="details">{rows}</table>' if rows else "")  # noqa: S308 -- built from escaped parts
    text = _fill(template.body_text, {**values, "details": plain}, is_html=False)
    html = _fill(template.body_html, {**values, "details": as_html}, is_html=True)
    return Rendered(
        subject=render_subject(template.subject, values),
        text="\n\n".join(
            part
            for part in (
                _tidy(text),
                note,
                f"--\n{page_footer(values['product'], values['preferences_link'], kind.language)}\n",
            )
            if part
        ),
        html=page(html, values["product"], values["preferences_link"], language=kind.language, note=note),
    )


def render_subject(source: str, values: Mapping[str, str]) -> str:
    return one_line(_fill(source, values, is_html=False))[:MAX_SUBJECT]


def render_message(source: str, values: Mapping[str, str]) -> str:
    """Return what the in-app notification says."""
    return _tidy(_fill(source, {**values, "details": ""}, is_html=False))


def one_line(text: str) -> str:
    """Return the text without line breaks or control characters: nothing that could start another mail header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def masked(kind: NotificationType, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values with secrets hidden, for what is kept after the mail has left."""
    return {name: MASK if name in kind.secret else value for name, value in values.items()}


def _fill(source: str, values: Mapping[str, str], *, is_html: bool) -> str:
    template, _ = parse(source)
    return str(template.render(Context(dict(values), autoescape=is_html, use_l10n=False)))


def _multiline(value: str) -> str:
    return "<br>".join(escape(line) for line in value.splitlines())


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def page_footer(product: str, preferences_link: str, language: str) -> str:
    choice = f" {phrase(language, 'choose')}: {preferences_link}" if preferences_link else ""
    return f"{phrase(language, 'footer', product=product)}{choice}"


STYLE = """
body { margin: 0; padding: 24px 12px; background: #f3f5f8; color: #1d2733;
       font-family: -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
       font-size: 15px; line-height: 1.5; }
.sheet { max-width: 560px; margin: 0 auto; padding: 28px 32px; background: #ffffff; border-radius: 8px;
         border: 1px solid #dfe4ea; }
.brand { font-size: 13px; font-weight: 600; color: #1f5fbf; margin: 0 0 18px; }
p { margin: 0 0 14px; }
a { color: #1f5fbf; }
.button { display: inline-block; padding: 10px 20px; border-radius: 6px; background: #1f5fbf; color: #ffffff;
          text-decoration: none; font-weight: 600; }
.details { border-collapse: collapse; margin: 0 0 16px; }
.details th { text-align: left; vertical-align: top; padding: 3px 18px 3px 0; font-weight: 400; color: #5b6875; }
.details td { padding: 3px 0; }
.quiet { color: #5b6875; }
.footer { max-width: 560px; margin: 14px auto 0; font-size: 12px; color: #5b6875; text-align: center; }
"""


def page(content: str, product: str, preferences_link: str, *, language: str, note: str = "") -> str:
    """Return the whole HTML mail, with its styles in the elements: mail programs drop style sheets."""
    name, link = escape(product), escape(preferences_link)
    footer = escape(phrase(language, "footer", product=product))
    choice = f" <a href='{link}'>{escape(phrase(language, 'choose'))}</a>" if preferences_link else ""
    below = f'<p class="quiet">{escape(note)}</p>' if note else ""
    html = (
        f"<!DOCTYPE html><html lang='{language}'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style></head><body>"
        f"<div class='sheet'><p class='brand'>{name}</p>{content}{below}</div>"
        f"<p class='footer'>{footer}{choice}</p></body></html>"
    )
    try:
        return css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
    except css_inline.InlineError as error:
        raise RenderError(f"A style can't be read: {error}") from error
