"""Messaging API, as its OpenAPI document says. Written by scripts/gen-openapi: change nothing here."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from tts_client.operations import Api, Pages, Upload

PlaceholdersEnum = Literal[
    "ticket.number",
    "ticket.subject",
    "ticket.category",
    "ticket.priority",
    "requester.name",
    "requester.first_name",
    "agent.name",
    "agent.first_name",
    "workflow",
    "step",
]
RatingValueEnum = Literal["up", "down"]
RelationEnum = Literal["owner", "assignee", "performer", "team", "admin"]
ScopeEnum = Literal["own", "team", "all"]
TypeEnum = Literal["comment_update", "ticket_update", "skip"]
VisibilityEnum = Literal["internal", "public"]


class AttachmentOut(TypedDict):
    id: int
    comment_id: int
    file_name: str
    content_type: str
    size: int
    url: str
    uploaded_by: PersonOut | None
    created_at: str
    removed_at: str | None
    removed_after_days: int | None


class CannedReplyInRequest(TypedDict):
    title: str
    text: str
    scope: ScopeEnum
    role_id: NotRequired[int | None]
    is_active: NotRequired[bool]


class CannedReplyOut(TypedDict):
    id: int
    title: str
    text: str
    scope: ScopeEnum
    role_id: int | None
    is_active: bool
    placeholders: list[PlaceholdersEnum]
    author: PersonOut
    version: int
    created_at: str
    updated_at: str
    updated_by: PersonOut


class CommentInRequest(TypedDict):
    text: str
    client_id: NotRequired[str | None]
    mentions: NotRequired[list[int]]
    uploads: NotRequired[list[int]]
    ticket_id: NotRequired[str]
    visibility: NotRequired[VisibilityEnum]


class CommentOut(TypedDict):
    id: int
    ticket_id: str
    author: PersonOut | None
    outside_author: OutsideAuthorOut | None
    text: str
    visibility: VisibilityEnum
    parent_id: int | None
    client_id: str | None
    rating: RatingOut
    mentions: list[PersonOut]
    attachments: list[AttachmentOut]
    created_at: str
    edited_at: str | None
    deleted_at: str | None
    seq: int


class EventOut(TypedDict):
    type: TypeEnum
    seq: int
    action: NotRequired[str]
    comment: NotRequired[dict[str, Any]]
    event: NotRequired[str]
    task: NotRequired[dict[str, Any]]
    occurred_at: NotRequired[str]


class EventPage(TypedDict):
    count: int
    next: str | None
    previous: str | None
    results: list[EventOut]
    seq: int


class KindOut(TypedDict):
    extension: str
    content_type: str
    is_shown: bool


class KindsOut(TypedDict):
    kinds: list[KindOut]
    max_bytes: int
    max_files: int


class MailUploadInRequest(TypedDict):
    user_id: NotRequired[int]


class NewUploadInRequest(TypedDict):
    pass


class OutsideAuthorOut(TypedDict):
    full_name: str
    service: str


class ParticipantOut(TypedDict):
    user_id: int
    full_name: str
    relation: RelationEnum


class PatchedCannedReplyChangeInRequest(TypedDict):
    title: NotRequired[str]
    text: NotRequired[str]
    scope: NotRequired[ScopeEnum]
    role_id: NotRequired[int | None]
    is_active: NotRequired[bool]
    version: NotRequired[int]


class PatchedEditInRequest(TypedDict):
    text: NotRequired[str]
    mentions: NotRequired[list[int]]


class PersonDataOut(TypedDict):
    counts: dict[str, int]
    data: dict[str, list[dict[str, Any]]]


class PersonOut(TypedDict):
    user_id: int
    full_name: str


class PersonRefInRequest(TypedDict):
    emails: list[str]
    names: list[str]
    requesters: list[RequesterIdInRequest]
    tickets: list[TicketRefInRequest]


class RatingInRequest(TypedDict):
    value: RatingValueEnum


class RatingOut(TypedDict):
    up: int
    down: int
    mine: RatingValueEnum | None


class ReadStateInRequest(TypedDict):
    seq: int


class ReadStateOut(TypedDict):
    last_read_seq: int
    unread_comments: int


class ReadableInRequest(TypedDict):
    items: list[ReadableItemInRequest]


class ReadableItemInRequest(TypedDict):
    user_id: int
    comment_id: NotRequired[int]
    ticket_number: NotRequired[str]


class ReadableItemOut(TypedDict):
    is_readable: bool | None
    excerpt: str
    ticket_subject: str


class ReadableOut(TypedDict):
    items: list[ReadableItemOut]


class ReplyInRequest(TypedDict):
    text: str
    client_id: NotRequired[str | None]
    mentions: NotRequired[list[int]]
    uploads: NotRequired[list[int]]


class RequesterIdInRequest(TypedDict):
    source_service: str
    id: str


class RetentionAmountOut(TypedDict):
    rows: int
    bytes: int | None


class RetentionChangeOut(TypedDict):
    id: int
    old_days: NotRequired[int | None]
    new_days: NotRequired[int | None]
    at: str
    by_id: int
    by_name: str


class RetentionKindDetailOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None
    runs: list[RetentionRunOut]
    changes: list[RetentionChangeOut]


class RetentionKindOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None


class RetentionRuleInRequest(TypedDict):
    days: int | None
    version: int


class RetentionRunOut(TypedDict):
    id: int
    days: int
    cutoff: str
    started_at: str
    finished_at: NotRequired[str | None]
    removed: NotRequired[int]
    removed_bytes: NotRequired[int]
    failed: NotRequired[int]
    is_complete: NotRequired[bool]
    asked_by_id: NotRequired[int | None]
    asked_by_name: NotRequired[str]


class RevisionOut(TypedDict):
    text: str
    replaced_by: PersonOut | None
    replaced_at: str


class TicketRefInRequest(TypedDict):
    ticket_number: str
    source_service: str
    source_number: str


class UploadOut(TypedDict):
    id: int
    ticket_id: str
    file_name: str
    content_type: str
    size: int
    url: str
    created_at: str
    expires_at: str


class MessagingApi(Api):
    """Comments, attachments, live events of tickets."""

    service = "messaging"

    def attachments_retrieve(self, attachment_id: int | str) -> str:
        """`GET /attachments/{attachment_id}/`

        The file itself. Pictures may be shown; everything else is a download.
        """
        return self._json("GET", "/attachments/{attachment_id}/", path_values={"attachment_id": attachment_id})

    def attachments_kinds_retrieve(self) -> KindsOut:
        """`GET /attachments/kinds/`

        Which files may be sent.
        """
        return self._json("GET", "/attachments/kinds/")

    def canned_replies_list(
        self,
        *,
        is_active: bool | None = None,
        offered: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        role_id: int | None | None = None,
        scope: Literal["all", "own", "team"] | None = None,
        search: str | None = None,
    ) -> Pages[CannedReplyOut]:
        """`GET /canned-replies/`

        Your own, those of the roles that you hold now, and those for all; administrators see every role's.
        """
        return self._pages(
            "GET",
            "/canned-replies/",
            query={
                "is_active": is_active,
                "offered": offered,
                "ordering": ordering,
                "page_size": page_size,
                "role_id": role_id,
                "scope": scope,
                "search": search,
            },
        )

    def canned_replies_create(
        self, body: CannedReplyInRequest, *, idempotency_key: str | None = None
    ) -> CannedReplyOut:
        """`POST /canned-replies/`

        Add one: your own; for a role you lead; as an administrator for any role and for all.
        """
        return self._json("POST", "/canned-replies/", body=body, idempotency_key=idempotency_key, takes_key=True)

    def canned_replies_retrieve(self, reply_id: int | str) -> CannedReplyOut:
        """`GET /canned-replies/{reply_id}/`"""
        return self._json("GET", "/canned-replies/{reply_id}/", path_values={"reply_id": reply_id})

    def canned_replies_partial_update(
        self,
        reply_id: int | str,
        body: PatchedCannedReplyChangeInRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> CannedReplyOut:
        """`PATCH /canned-replies/{reply_id}/`

        Change the given parts.
        """
        return self._json(
            "PATCH",
            "/canned-replies/{reply_id}/",
            path_values={"reply_id": reply_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def canned_replies_destroy(self, reply_id: int | str) -> None:
        """`DELETE /canned-replies/{reply_id}/`"""
        self._nothing("DELETE", "/canned-replies/{reply_id}/", path_values={"reply_id": reply_id})

    def comments_list(
        self,
        *,
        ticket_id: str,
        author_id: int | None | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        parent_id: int | None | None = None,
        search: str | None = None,
        visibility: Literal["internal", "public"] | None = None,
    ) -> Pages[CommentOut]:
        """`GET /comments/`

        The conversation of a ticket, replies included, oldest first.
        """
        return self._pages(
            "GET",
            "/comments/",
            query={
                "ticket_id": ticket_id,
                "author_id": author_id,
                "ordering": ordering,
                "page_size": page_size,
                "parent_id": parent_id,
                "search": search,
                "visibility": visibility,
            },
        )

    def comments_create(
        self, body: CommentInRequest, *, ticket_id: str | None = None, idempotency_key: str | None = None
    ) -> CommentOut:
        """`POST /comments/`

        Post a comment. Posting again with the same client_id answers 200 with the comment that is there.
        """
        return self._json(
            "POST",
            "/comments/",
            query={"ticket_id": ticket_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def comments_retrieve(self, comment_id: int | str) -> CommentOut:
        """`GET /comments/{comment_id}/`"""
        return self._json("GET", "/comments/{comment_id}/", path_values={"comment_id": comment_id})

    def comments_partial_update(
        self, comment_id: int | str, body: PatchedEditInRequest | None = None, *, idempotency_key: str | None = None
    ) -> CommentOut:
        """`PATCH /comments/{comment_id}/`

        Change the text; the earlier one is kept. For the author and administrators.
        """
        return self._json(
            "PATCH",
            "/comments/{comment_id}/",
            path_values={"comment_id": comment_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def comments_destroy(self, comment_id: int | str) -> None:
        """`DELETE /comments/{comment_id}/`

        Leave a tombstone. For the author and administrators.
        """
        self._nothing("DELETE", "/comments/{comment_id}/", path_values={"comment_id": comment_id})

    def comments_attachments_create(
        self, comment_id: int | str, *, file: Upload, idempotency_key: str | None = None
    ) -> AttachmentOut:
        """`POST /comments/{comment_id}/attachments/`

        Put a file on a comment. For its author and administrators; the content must match the file's name.
        """
        return self._json(
            "POST",
            "/comments/{comment_id}/attachments/",
            path_values={"comment_id": comment_id},
            files={"file": file},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def comments_history_list(self, comment_id: int | str, *, page_size: int | None = None) -> Pages[RevisionOut]:
        """`GET /comments/{comment_id}/history/`

        Earlier texts, oldest first. For the author and administrators.
        """
        return self._pages(
            "GET",
            "/comments/{comment_id}/history/",
            path_values={"comment_id": comment_id},
            query={"page_size": page_size},
        )

    def comments_rating_update(self, comment_id: int | str, body: RatingInRequest) -> CommentOut:
        """`PUT /comments/{comment_id}/rating/`

        Rate somebody else's comment, or change one's rating.
        """
        return self._json("PUT", "/comments/{comment_id}/rating/", path_values={"comment_id": comment_id}, body=body)

    def comments_rating_destroy(self, comment_id: int | str) -> None:
        """`DELETE /comments/{comment_id}/rating/`

        Take one's rating back.
        """
        self._nothing("DELETE", "/comments/{comment_id}/rating/", path_values={"comment_id": comment_id})

    def comments_replies_create(
        self, comment_id: int | str, body: ReplyInRequest, *, idempotency_key: str | None = None
    ) -> CommentOut:
        """`POST /comments/{comment_id}/replies/`

        Reply to a comment, in its visibility.
        """
        return self._json(
            "POST",
            "/comments/{comment_id}/replies/",
            path_values={"comment_id": comment_id},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def comments_readable_create(self, body: ReadableInRequest) -> ReadableOut:
        """`POST /comments/readable/`

        Say of each person and comment or ticket whether the person may read it now, and what it says now.
        """
        return self._json("POST", "/comments/readable/", body=body)

    def person_data(self, body: PersonRefInRequest) -> PersonDataOut:
        """`POST /privacy/person/`

        What the conversations on a requester's tickets hold about them. Files have their address here.
        """
        return self._json("POST", "/privacy/person/", body=body)

    def retention_list(self) -> list[RetentionKindOut]:
        """`GET /retention/`"""
        return self._json("GET", "/retention/")

    def retention_retrieve(self, kind: int | str, *, days: int | None = None) -> RetentionKindDetailOut:
        """`GET /retention/{kind}/`

        With `days`, `due` says what a run would remove if the kind were kept for so many days.
        """
        return self._json("GET", "/retention/{kind}/", path_values={"kind": kind}, query={"days": days})

    def retention_update(self, kind: int | str, body: RetentionRuleInRequest) -> RetentionKindDetailOut:
        """`PUT /retention/{kind}/`

        409 `stale_version`: somebody changed the rule since the `version` that is named.
        """
        return self._json("PUT", "/retention/{kind}/", path_values={"kind": kind}, body=body)

    def retention_run_create(self, kind: int | str) -> RetentionRunOut:
        """`POST /retention/{kind}/run/`

        Works for at most ten seconds; what is left then goes with the next run. Doing it again is safe.
        """
        return self._json("POST", "/retention/{kind}/run/", path_values={"kind": kind})

    def tickets_events_retrieve(
        self, ticket_id: int | str, *, after: int | None = None, page_size: int | None = None
    ) -> EventPage:
        """`GET /tickets/{ticket_id}/events/`

        What happened after a number, as the frames that open sockets got, oldest first.
        """
        return self._json(
            "GET",
            "/tickets/{ticket_id}/events/",
            path_values={"ticket_id": ticket_id},
            query={"after": after, "page_size": page_size},
        )

    def tickets_mail_uploads_create(
        self, ticket_id: int | str, body: MailUploadInRequest, *, file: Upload, idempotency_key: str | None = None
    ) -> UploadOut:
        """`POST /tickets/{ticket_id}/mail-uploads/`

        Upload a file of a mail for the comment that the mail becomes, with the rights of who sent the mail.
        """
        return self._json(
            "POST",
            "/tickets/{ticket_id}/mail-uploads/",
            path_values={"ticket_id": ticket_id},
            body=body,
            files={"file": file},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_participants_list(self, ticket_id: int | str) -> list[ParticipantOut]:
        """`GET /tickets/{ticket_id}/participants/`

        Everyone who may read the ticket now, and so may be mentioned.
        """
        return self._json("GET", "/tickets/{ticket_id}/participants/", path_values={"ticket_id": ticket_id})

    def tickets_read_state_retrieve(self, ticket_id: int | str) -> ReadStateOut:
        """`GET /tickets/{ticket_id}/read-state/`

        How far the caller has read.
        """
        return self._json("GET", "/tickets/{ticket_id}/read-state/", path_values={"ticket_id": ticket_id})

    def tickets_read_state_update(self, ticket_id: int | str, body: ReadStateInRequest) -> ReadStateOut:
        """`PUT /tickets/{ticket_id}/read-state/`

        Remember how far the caller has read; it never goes back.
        """
        return self._json("PUT", "/tickets/{ticket_id}/read-state/", path_values={"ticket_id": ticket_id}, body=body)

    def tickets_uploads_create(
        self, ticket_id: int | str, body: NewUploadInRequest, *, file: Upload, idempotency_key: str | None = None
    ) -> UploadOut:
        """`POST /tickets/{ticket_id}/uploads/`

        Upload a file for a comment that is still being written. Until the comment names it, only you can read it.
        """
        return self._json(
            "POST",
            "/tickets/{ticket_id}/uploads/",
            path_values={"ticket_id": ticket_id},
            body=body,
            files={"file": file},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def uploads_retrieve(self, upload_id: int | str) -> str:
        """`GET /uploads/{upload_id}/`

        The file itself, for its uploader.
        """
        return self._json("GET", "/uploads/{upload_id}/", path_values={"upload_id": upload_id})

    def uploads_destroy(self, upload_id: int | str) -> None:
        """`DELETE /uploads/{upload_id}/`

        Remove an upload that no comment has named.
        """
        self._nothing("DELETE", "/uploads/{upload_id}/", path_values={"upload_id": upload_id})
