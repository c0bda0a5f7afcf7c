"""What the whole run has written to its logs holds no password, code, token or key."""

from __future__ import annotations

import email
import email.policy
import re

from stack import Stack

JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.")
LINK = re.compile(rb"/(?:reset|invite)/([A-Za-z0-9_-]{40,})")
SERVICE_KEY = re.compile(rb"\b[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}\b")


def secrets_of(stack: Stack) -> dict[bytes, str]:
    """Secrets that this run has used, by what they are."""
    found = {account.password.encode(): "a password" for account in stack.accounts.values()}
    found[stack.env["NOTIFICATION_API_KEY"].encode()] = "a service key"
    for path in (stack.run / "mail").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(preferencelist=("plain",))
        for token in LINK.findall(body.get_content().encode() if body else b""):
            found[token] = "a link of a mail"
    return found


def test_the_logs_hold_no_secret(stack: Stack) -> None:
    stack.person(stack.admin.account.user_id)  # somebody has signed in
    known = secrets_of(stack)
    leaks = []
    for path in sorted(stack.layout.logs.glob("*.log")):
        content = path.read_bytes()
        leaks += [f"{path.name}: {what}" for secret, what in known.items() if secret in content]
        leaks += [f"{path.name}: a token" for _ in JWT.findall(content)[:1]]
        leaks += [f"{path.name}: something like a service key" for _ in SERVICE_KEY.findall(content)[:1]]

    assert (stack.layout.logs / "auth-web.log").stat().st_size > 0
    assert leaks == []
