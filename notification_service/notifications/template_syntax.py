"""What may stand in a template. Templates are edited by people, so they can do next to nothing: text and
`{{ variable }}`; no tags, no filters, no attribute of anything.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import ClassVar
from urllib.parse import urlsplit

from django.template import Engine, Template, TemplateSyntaxError
from django.template.base import Node, TextNode, VariableNode

from notifications.notification_types import NotificationType

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


def check_template(kind: NotificationType, *, subject: str, body_text: str, body_html: str, inapp_message: str) -> None:
    """Raise `BadTemplate` when a part is malformed, uses an unknown variable or lacks a required one."""
    parts = {"subject": subject, "body_text": body_text, "body_html": body_html, "inapp_message": inapp_message}
    known = {variable.name for variable in kind.variables}
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
            missing = [name for name in kind.required if name not in used]
            if missing:
                detail = f"{{{{ {missing[0]} }}}} must be in it, or the mail is of no use."
                raise BadTemplatePart(part, "missing_variable", detail)
        elif used & set(kind.secret):
            # Subjects are shown on locked screens, in-app notifications stay for months.
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
        try:
            self.feed(source)
            self.close()
        except (AssertionError, ValueError) as error:  # a declaration without an end, and the like
            raise self._refusal("The HTML can't be read.") from error

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
            if name == "href" and "{{" not in text and _scheme(text) not in ALLOWED_SCHEMES:
                raise self._refusal("Links must start with https:, http: or mailto:.")
            if name == "style" and re.search(r"url\s*\(|expression\s*\(|@import", text, re.IGNORECASE):
                raise self._refusal("Styles must not load anything.")

    def _refusal(self, detail: str) -> BadTemplatePart:
        return BadTemplatePart("body_html", "html_not_allowed", detail)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def unknown_decl(self, data: str) -> None:
        raise self._refusal("Declarations are not allowed.")


def _scheme(link: str) -> str:
    """Return the scheme of a link, nothing where it can't be read."""
    try:
        return urlsplit(link).scheme
    except ValueError:
        return ""
