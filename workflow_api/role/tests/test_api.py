"""The list of roles and their people."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from role.models import Person, Role
from ticketing_testing.clients import assert_problem, client_for
from workflow.tests import factories as story
from workflow.tests.factories import AMARA, BENEDIKT, NOW

pytestmark = pytest.mark.django_db


class TestRoles:
    def test_show_who_actively_holds_them(self) -> None:
        support = story.role("IT Support", AMARA, BENEDIKT)
        story.hold(support.pk, story.CHIYO, is_active=False)
        Person.objects.filter(pk=AMARA.user_id).update(away_from=NOW, capacity=4)

        body = client_for(7).get("/roles/").json()

        row = body["results"][0]
        assert (row["id"], row["name"], row["system"], row["version"]) == (support.pk, "IT Support", "tts", 1)
        assert [(m["user_id"], m["full_name"], m["is_away"], m["capacity"]) for m in row["members"]] == [
            (AMARA.user_id, "Amara Okafor", True, 4),
            (BENEDIKT.user_id, "Benedikt Ivers", False, None),
        ]

    def test_are_read_only(self) -> None:
        support = story.role("IT Support", AMARA)
        admin = client_for(1, roles={"tts": ["Admin"]})

        for method in ("post", "put", "patch", "delete"):
            path = "/roles/" if method == "post" else f"/roles/{support.pk}/"
            assert_problem(getattr(admin, method)(path, {}), 405, "method_not_allowed")

    def test_take_a_fixed_number_of_statements(self) -> None:
        counts = []
        for number in range(5):
            story.role(f"Role {number}", AMARA, BENEDIKT)
            if number in (0, 4):
                with CaptureQueriesContext(connection) as queries:
                    assert client_for(7).get("/roles/").status_code == 200
                counts.append(len(queries))
        assert counts == [3, 3]

    def test_are_filtered_and_searched(self) -> None:
        story.role("IT Support", AMARA)
        story.role("Finance Lead", BENEDIKT)

        names = [row["name"] for row in client_for(7).get("/roles/?search=finance&system=tts").json()["results"]]

        assert names == ["Finance Lead"]

    def test_leave_out_deleted_ones_when_asked(self) -> None:
        story.role("IT Support", AMARA)
        gone = story.role("Night Shift")
        Role.objects.filter(pk=gone.pk).update(is_active=False)

        def names(query: str) -> list[str]:
            return [row["name"] for row in client_for(7).get(f"/roles/?{query}").json()["results"]]

        assert names("is_active=true") == ["IT Support"]
        assert names("is_active=true&name=Night Shift") == []
        assert names("") == ["IT Support", "Night Shift"]
