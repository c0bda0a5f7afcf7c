"""HTML of a mail as plain text: what is quoted gets the mark `>` before its lines, as in a mail of plain text."""

from __future__ import annotations

import contextlib
import re
import time
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

MAX_HTML = 1_000_000  # characters
# What reading the HTML of one mail may take. The parser needs hours for some texts, such as a million unclosed tags.
MAX_SECONDS = 5.0
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_HIDDEN = frozenset({"head", "script", "style", "title", "template"})
_BLOCKS = frozenset(
    {"address", "article", "div", "dl", "dt", "dd", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"li", "ol", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul", "blockquote"}
)
# What programs put around the line that names the quoted mail, around signatures, and around a whole quoted mail.
_HIDDEN_CLASSES = frozenset({"gmail_attr", "moz-cite-prefix", "gmail_signature", "moz-signature", "yahoo_quoted"})
# Where Outlook's programs begin to quote: everything behind is older.
_END_IDS = frozenset({"appendonsend", "divrplyfwdmsg", "mail-editor-reference-message-container"})


class _TooSlow(Exception):
    """The HTML is made so that it takes for ever."""


def text_of_html(html: str, *, until: float | None = None) -> str:
    """Return the text that a reader of the mail sees; all text between the tags where that takes too long.

    `until` is when to give up, by the monotonic clock; `MAX_SECONDS` from now unless it is given.
    """
    html = html[:MAX_HTML]
    reader = _Reader(time.monotonic() + MAX_SECONDS if until is None else until)
    try:
        reader.feed(html)
        reader.close()
    except _TooSlow:
        return unescape(re.sub(r"<[^<>]*>?", " ", html)).strip()
    return reader.text()


def quoted_pictures(html: str) -> set[str]:
    """Return the Content-IDs of pictures that only the quoted mail shows, none of them the person's own text.

    Those found so far where reading takes longer than `MAX_SECONDS`.
    """
    reader = _Pictures(time.monotonic() + MAX_SECONDS)
    with contextlib.suppress(_TooSlow):
        reader.feed(html[:MAX_HTML])
        reader.close()
    return reader.quoted - reader.own


class _MailParser(HTMLParser):
    """Tells tags and text apart until the time is over; knows where Outlook's programs begin to quote."""

    def __init__(self, until: float) -> None:
        super().__init__(convert_charrefs=True)
        self.until = until
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check_time()
        given = {name: value or "" for name, value in attrs}
        if given.get("id", "").lower().removeprefix("x_") in _END_IDS:
            self.is_over = True
        self.start(tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._check_time()
        self.end(tag)

    def handle_data(self, data: str) -> None:
        self._check_time()  # of tags that never end, this alone is called
        self.text_between(data)

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Take a tag with its attributes."""

    def end(self, tag: str) -> None:
        """Take the end of a tag."""

    def text_between(self, data: str) -> None:
        """Take a text between tags."""

    def _check_time(self) -> None:
        if time.monotonic() > self.until:
            raise _TooSlow


class _Pictures(_MailParser):
    """Finds where each picture of the mail stands: quoted by a program, or in the text of its author."""

    def __init__(self, until: float) -> None:
        super().__init__(until)
        self.own: set[str] = set()
        self.quoted: set[str] = set()
        self.depth = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "blockquote":
            self.depth += 1
        elif tag == "img" and given.get("src", "").lower().startswith("cid:"):
            (self.quoted if self.depth or self.is_over else self.own).add(unquote(given["src"][4:]))

    def end(self, tag: str) -> None:
        if tag == "blockquote" and self.depth:
            self.depth -= 1


class _Reader(_MailParser):
    def __init__(self, until: float) -> None:
        super().__init__(until)
        self.lines: list[str] = []
        self.line = ""
        self.open: list[tuple[str, bool]] = []  # tag, and whether it hides what is in it

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._end_line()
        elif tag in _BLOCKS or tag == "hr":
            self._begin_block()
        if tag == "p" and self.lines and self.lines[-1].strip("> "):
            self._end_line()
        if tag in _VOID:
            return
        classes = set(given.get("class", "").split())
        self.open.append((tag, tag in _HIDDEN or bool(classes & _HIDDEN_CLASSES)))
        if tag == "li" and not self._is_hidden():
            self.line = "- "

    def end(self, tag: str) -> None:
        if tag not in {name for name, _ in self.open}:
            return
        if tag in _BLOCKS:
            self._begin_block()
        while self.open.pop()[0] != tag:
            pass

    def text_between(self, data: str) -> None:
        if self._is_hidden():
            return
        if "pre" in {name for name, _ in self.open}:
            first, *rest = data.split("\n")
            self.line += first
            for line in rest:
                self._end_line()
                self.line = line
            return
        words = re.sub(r"\s+", " ", data)
        self.line += words.lstrip() if not self.line or self.line.endswith(" ") else words

    def _is_hidden(self) -> bool:
        return self.is_over or any(hides for _, hides in self.open)

    def _begin_block(self) -> None:
        if self.line.strip():
            self._end_line()
        self.line = ""

    def _end_line(self) -> None:
        if not self._is_hidden():
            depth = sum(name == "blockquote" for name, _ in self.open)
            self.lines.append((">" * depth + " " if depth else "") + self.line.rstrip())
        self.line = ""

    def text(self) -> str:
        self._begin_block()
        text = "\n".join(line.rstrip() for line in self.lines).replace("\xa0", " ")
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
