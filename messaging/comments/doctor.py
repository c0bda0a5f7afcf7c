"""What can be wrong with messaging in particular: files that are not where the database says."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage

from comments.models import CommentAttachment
from ticketing_common.doctor import Finding

# Of the newest files; all of them are the backup's business.
LOOKED_AT = 50


def attachments() -> Iterator[Finding]:
    newest = (
        CommentAttachment.objects.filter(removed_at=None)
        .order_by("-id")
        .values_list("storage_name", flat=True)[:LOOKED_AT]
    )
    missing = [name for name in set(newest) if not default_storage.exists(name)]
    if missing:
        yield Finding(
            "attachments_missing",
            f"{len(missing)} of the {len(set(newest))} newest files are not in the storage.",
            "See that every process has the same MEDIA_ROOT or bucket; else restore them: docs/operations/restore.md.",
        )
