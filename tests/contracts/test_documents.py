"""Every relative link of the documents leads somewhere, and every document that the code sends people to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sources import ROOT

DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for pattern in ("*.md", "docs/**/*.md", "scripts/**/*.md")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"docs/[\w/.-]+\.md")


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> list[str]:
    broken = []
    for link in LINK.findall(FENCE.sub("", document.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    # The head of the reference is written into docs/, where its links are relative to.
    place = ROOT / "docs" / "configuration.md" if document.parts[0] == "scripts" else ROOT / document

    assert broken_links(place) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading, with signs!\n")
    (tmp_path / "page.md").write_text(
        "[a](there.md) [b](there.md#a-heading-with-signs) [c](https://example.com)\n"
        "[d](nowhere.md) [e](there.md#nowhere) [f](#nowhere)\n```\n[g](ignored.md)\n```\n"
    )

    assert broken_links(tmp_path / "page.md") == ["nowhere.md", "there.md#nowhere", "#nowhere"]


def test_documents_that_the_code_names_are_there() -> None:
    folders = [
        "auth",
        "workflow_api",
        "messaging",
        "notification_service",
        "ticket_service",
        "common",
        "scripts",
        "Docker",
    ]
    sources = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sh", ".yml", ""} and path.is_file() and "node_modules" not in path.parts
    ]
    named = {
        name for path in [*sources, ROOT / ".env.example"] for name in NAMED.findall(path.read_text(errors="replace"))
    }

    assert len(named) > 8
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
