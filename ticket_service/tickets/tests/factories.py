"""People and tickets that tests tell of."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from ticketing_testing.clients import client_for
from tickets import services
from tickets.models import Ticket

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOOR_ID, STRANGER_ID = 41, 42

EMPLOYEE = {"hdts": ["Employee"], "tts": ["User"]}


def noor() -> APIClient:
    """The employee who asks."""
    return client_for(NOOR_ID, full_name="Noor Haddad", roles=EMPLOYEE)


def stranger() -> APIClient:
    return client_for(STRANGER_ID, full_name="Sven Olsson", roles=EMPLOYEE)


def agent() -> APIClient:
    return client_for(7, full_name="Amara Okafor", roles={"tts": ["Agent", "IT Support"]})


def admin() -> APIClient:
    return client_for(1, full_name="Ada Admin", roles={"tts": ["Admin"]})


def help_desk() -> APIClient:
    return client_for(5, full_name="Hal Desk", roles={"hdts": ["Ticket Coordinator"]})


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "subject": "Laptop does not start",
        "category": "IT Support",
        "department": "IT Department",
        "description": "It stays dark.",
        "priority": "High",
    } | changes


def ticket_of_noor(**changes: Any) -> Ticket:
    employee = {"id": NOOR_ID, "name": "Noor Haddad", "email": "noor.haddad@example.com"}
    return services.file_ticket(values=fields(**changes), employee=employee, now=NOON)


def upload(name: str, content: bytes, claimed: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=claimed)


def png(width: int = 3, height: int = 2) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def zipped(*names: str, content: bytes = b"<xml/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()
