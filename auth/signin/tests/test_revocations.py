"""What other services learn of ended sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from signin.models import Revocation
from ticketing_common.contracts.messages import check
from ticketing_common.jwt import verify
from ticketing_common.revocations import Revocations
from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import give, signed_in


@pytest.mark.django_db
class TestLogout:
    def test_announces_the_session(self, agent: User) -> None:
        pair = signed_in(agent)

        response = APIClient().post("/logout/", HTTP_AUTHORIZATION=f"Bearer {pair.access}")

        (news,) = published_messages("tts.revocations")
        check("tts.revocations", news)
        assert response.status_code == 204
        assert (news["user_id"], news["sid"], news["min_version"]) == (agent.pk, pair.sid, 0)

    def test_twice_announces_once(self, agent: User) -> None:
        pair = signed_in(agent)
        answers = [APIClient().post("/logout/", {"refresh": pair.refresh}).status_code for _ in range(2)]

        assert answers == [204, 204]
        assert len(published_messages("tts.revocations")) == 1

    def test_leaves_other_sessions_alone(self, agent: User) -> None:
        one, two = signed_in(agent), signed_in(agent)
        APIClient().post("/logout/", {"refresh": one.refresh})

        assert APIClient().post("/token/refresh/", {"refresh": two.refresh}).status_code == 200

    def test_without_any_token_there_is_nothing_to_do(self, db: None) -> None:
        assert APIClient().post("/logout/").status_code == 204
        assert APIClient().post("/logout/", {"refresh": "nonsense"}).status_code == 401


@pytest.mark.django_db
class TestRecentRevocations:
    def test_shows_digests_of_the_last_half_hour(self, agent: User) -> None:
        pair = signed_in(agent)
        APIClient().post("/logout/", {"refresh": pair.refresh})
        Revocation.objects.create(
            user_id=1, sid="old", min_version=0, reason="logout", occurred_at=timezone.now() - timedelta(minutes=31)
        )

        response = APIClient().get("/.well-known/revocations.json")

        (row,) = response.json()["revocations"]
        assert row["user_id"] == agent.pk
        assert row["sid"].startswith("sha256:")
        assert pair.sid not in response.content.decode()

    def test_old_ones_go_as_new_ones_come(self, agent: User) -> None:
        signed_in(agent)
        old = timezone.now() - timedelta(minutes=31)
        Revocation.objects.create(user_id=1, sid=None, min_version=0, reason="logout", occurred_at=old)

        give(agent, "IT Lead")

        assert list(Revocation.objects.values_list("reason", flat=True)) == ["roles_changed"]


@pytest.mark.django_db(transaction=True)
def test_a_service_that_was_away_learns_it_at_start(agent: User, live_server: Any, settings: Any) -> None:
    ended, alive = signed_in(agent), signed_in(agent)
    settings.JWT_REVOCATION_CHECK = None
    tokens = [verify(pair.access) for pair in (ended, alive)]
    APIClient().post("/logout/", {"refresh": ended.refresh})

    settings.AUTH_SERVICE_URL = live_server.url
    started_later = Revocations()
    started_later.load()

    assert [started_later.covers(token) for token in tokens] == [True, False]
