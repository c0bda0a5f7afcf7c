"""Turn a template and a context into a mail. Templates are edited by people, so they can do next to nothing:
text and `{{ variable }}`; no tags, no filters, no attribute of anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import css_inline
from django.conf import settings
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import Node, TextNode, VariableNode
from django.utils.safestring import mark_safe

from notifications.wording import PRODUCT, NoticeType

MAX_SUBJECT = 255
MAX_VALUE = 5_000
MASK = "•••"

ALLOWED_TAGS = frozenset(
    "a abbr b blockquote br code div em h1 h2 h3 h4 hr i li ol p pre s small span strong sub sup"  # noqa: SIM905
    " table tbody td th thead tr u ul".split()
)
ALLOWED_ATTRIBUTES = frozenset({"href", "class", "style", "title", "align", "colspan", "rowspan", "width"})
CHECKED_LINK = re.compile(r"""href=(["'])\{\{\s*(?:link|preferences_link)\s*\}\}\1""")
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})


class BadTemplate(Exception):
    """The template can't be used; the message says why, for the person who edits it."""


class _StringsOnly(Engine):
    default_builtins: ClassVar[list[str]] = []


_engine = _StringsOnly()


@lru_cache(maxsize=512)
def parse(source: str) -> tuple[Template, frozenset[str]]:
    """Return the compiled template and the variables it uses, or raise `BadTemplate`."""
    try:
        template = _engine.from_string(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(f"Only text and {{{{ variable }}}} are allowed: {error}") from error
    return template, frozenset(_variable(node) for node in template.nodelist if not isinstance(node, TextNode))


def _variable(node: Node) -> str:
    if not isinstance(node, VariableNode):
        raise BadTemplate("Only text and {{ variable }} are allowed.")
    expression = node.filter_expression
    lookups = getattr(expression.var, "lookups", None)
    if expression.filters or not lookups or len(lookups) != 1:
        raise BadTemplate(f"{{{{ {expression.token} }}}} must be the plain name of a variable.")
    return str(lookups[0])


def check_template(notice: NoticeType, *, subject: str, body_text: str, body_html: str, inapp_message: str) -> None:
    """Raise `BadTemplate` when a part is malformed, uses an unknown variable or lacks a required one."""
    parts = {"subject": subject, "body_text": body_text, "body_html": body_html, "inapp_message": inapp_message}
    known = {variable.name for variable in notice.variables}
    for part, source in parts.items():
        try:
            _, used = parse(source)
        except BadTemplate as error:
            raise BadTemplatePart(part, "template_syntax", str(error)) from error
        unknown = sorted(used - known)
        if unknown:
            detail = f"{', '.join(unknown)}: no such variable. Known are {', '.join(sorted(known))}."
            raise BadTemplatePart(part, "unknown_variable", detail)
        if part in {"body_text", "body_html"}:
            missing = [name for name in notice.required if name not in used]
            if missing:
                detail = f"{{{{ {missing[0]} }}}} must be in it, or the mail is of no use."
                raise BadTemplatePart(part, "missing_variable", detail)
        elif used & set(notice.secret):
            # Subjects are shown on locked screens, notices stay for months.
            raise BadTemplatePart(part, "secret_variable", "A secret may stand in the mail's body only.")
    _HtmlCheck().check(body_html)


class BadTemplatePart(BadTemplate):
    """Names the part of the template at fault."""

    def __init__(self, part: str, code: str, detail: str) -> None:
        self.part, self.code, self.detail = part, code, detail
        super().__init__(detail)


class _HtmlCheck(HTMLParser):
    """Refuses what has no place in a mail: scripts, forms, frames, pictures from elsewhere."""

    def check(self, source: str) -> None:
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            raise self._refusal(f"<{tag}> is not allowed in a mail.")
        # What a variable holds comes from people: inside a tag it may only be a link that was checked.
        if "{{" in CHECKED_LINK.sub("", self.get_starttag_text() or ""):
            raise self._refusal('In a tag, the only variable allowed is href="{{ link }}".')
        for name, value in attrs:
            text = (value or "").strip()
            if name not in ALLOWED_ATTRIBUTES:
                raise self._refusal(f"The attribute {name} is not allowed.")
            if name == "href" and "{{" not in text and urlsplit(text).scheme not in ALLOWED_SCHEMES:
                raise self._refusal("Links must start with https:, http: or mailto:.")
            if name == "style" and re.search(r"url\s*\(|expression\s*\(|@import", text, re.IGNORECASE):
                raise self._refusal("Styles must not load anything.")

    def _refusal(self, detail: str) -> BadTemplatePart:
        return BadTemplatePart("body_html", "html_not_allowed", detail)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def unknown_decl(self, data: str) -> None:
        raise self._refusal("Declarations are not allowed.")


@dataclass(frozen=True)
class Wording:
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


def facts(notice: NoticeType, context: Mapping[str, Any], *, full_name: str = "") -> dict[str, str]:
    """Return every variable of the type as a string; what the context lacks is empty or worked out."""
    given = {name: _as_text(value) for name, value in context.items()}
    values = {variable.name: given.get(variable.name, "") for variable in notice.variables}
    name = full_name or given.get("recipient_name", "")
    values |= {
        "greeting": f"Hello {name.split(' ')[0]}," if name else "Hello,",
        "recipient_name": name,
        "product": PRODUCT,
        "preferences_link": f"{settings.FRONTEND_URL}/profile",
        "link": absolute_link(given.get("link", ""), given.get("ticket_number", ""), notice.path),
    }
    for variable in values:
        if variable.endswith(("_at", "_until")):
            values[variable] = _readable_time(values[variable])
    if values.get("priority"):
        values["priority"] = values["priority"].capitalize()
    if notice.is_about_ticket:
        number, title = given.get("ticket_number", ""), given.get("task_title", "")
        quoted = f"“{title}”" if title else ""
        values["ticket"] = " ".join(part for part in (number, quoted) if part) or "A ticket"
    if notice.name == "system":
        values["title"] = values["title"] or f"News from {PRODUCT}"
    return values


def absolute_link(link: str, ticket_number: str = "", path: str = "/") -> str:
    """Return an address that works outside the application, never one of a strange scheme."""
    if link.startswith("/") and not link.startswith("//"):
        return f"{settings.FRONTEND_URL}{link}"
    if urlsplit(link).scheme in {"http", "https"}:
        return link
    return (
        f"{settings.FRONTEND_URL}/tickets/{quote(ticket_number)}" if ticket_number else f"{settings.FRONTEND_URL}{path}"
    )


def render(notice: NoticeType, wording: Wording, values: Mapping[str, str]) -> Rendered:
    lines = [(label, values[name]) for name, label in notice.details if values.get(name)]
    as_text = "\n".join(f"{label}: {value}" for label, value in lines)
    rows = "".join(f"<tr><th>{escape(label)}</th><td>{_multiline(value)}</td></tr>" for label, value in lines)
    as_html = mark_safe(f'<table class="details">{rows}</table>' if rows else "")  # noqa: S308 -- built from escaped parts
    text = _fill(wording.body_text, {**values, "details": as_text}, is_html=False)
    html = _fill(wording.body_html, {**values, "details": as_html}, is_html=True)
    return Rendered(
        subject=render_subject(wording.subject, values),
        text=f"{_tidy(text)}\n\n--\n{page_footer(values['product'], values['preferences_link'])}\n",
        html=page(html, values["product"], values["preferences_link"]),
    )


def render_subject(source: str, values: Mapping[str, str]) -> str:
    return one_line(_fill(source, values, is_html=False))[:MAX_SUBJECT]


def render_message(source: str, values: Mapping[str, str]) -> str:
    """Return what the notice in the application says."""
    return _tidy(_fill(source, {**values, "details": ""}, is_html=False))


def one_line(text: str) -> str:
    """Return the text without line breaks or control characters: nothing that could start another mail header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def masked(notice: NoticeType, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values with secrets hidden, for what is kept after the mail has left."""
    return {name: MASK if name in notice.secret else value for name, value in values.items()}


def _fill(source: str, values: Mapping[str, str], *, is_html: bool) -> str:
    template, _ = parse(source)
    return str(template.render(Context(dict(values), autoescape=is_html, use_l10n=False)))


def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        text = ", ".join(_as_text(item) for item in value)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value)
    else:
        text = ""
    return text[:MAX_VALUE]


def _readable_time(text: str) -> str:
    """Return an ISO time as people read it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None or len(text) < len("2026-03-02T16:00"):
        return text
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _multiline(value: str) -> str:
    return "<br>".join(escape(line) for line in value.splitlines())


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def page_footer(product: str, preferences_link: str) -> str:
    return f"Sent by {product}. Choose what you get: {preferences_link}"


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


def page(content: str, product: str, preferences_link: str) -> str:
    """Return the whole HTML mail, with its styles in the elements: mail programs drop style sheets."""
    name, link = escape(product), escape(preferences_link)
    html = (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style></head><body>"
        f"<div class='sheet'><p class='brand'>{name}</p>{content}</div>"
        f"<p class='footer'>Sent by {name}. <a href='{link}'>Choose what you get</a></p></body></html>"
    )
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
