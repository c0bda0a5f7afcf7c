"""Read every attachment and compare it with what the database says of it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from comments.models import CommentAttachment

SHOWN = 20


class Command(BaseCommand):
    help = "Read every attachment; fails with those that are missing or not as they were stored. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, wrong = 0, []
        kept = CommentAttachment.objects.filter(removed_at=None)
        rows = kept.order_by("storage_name").values_list("storage_name", "sha256").distinct()
        for name, sha256 in rows.iterator():
            checked += 1
            if problem := problem_of(name, sha256):
                wrong.append(f"{name}: {problem}")
        if wrong:
            raise CommandError("\n".join([f"{len(wrong)} of {checked} files:", *wrong[:SHOWN]]))
        self.stdout.write(f"{checked} attachments, each as it was stored.")


def problem_of(name: str, sha256: str) -> str:
    """Return what is wrong with a file, or nothing."""
    digest = hashlib.sha256()
    try:
        with default_storage.open(name) as file:
            for part in file.chunks():
                digest.update(part)
    except FileNotFoundError:
        return "missing"
    return "" if digest.hexdigest() == sha256 else "not as it was stored"
