"""Seeding: the story that all parts agree on, told once."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from roles.models import Role
from system_roles.models import UserSystemRole
from systems import seeds
from systems.models import SeedRun, System
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import published_messages
from users.models import User

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


class TestSeed:
    def test_makes_systems_roles_people_and_asks_for_workflows(self) -> None:
        run("seed")

        assert list(System.objects.order_by("id").values_list("slug", flat=True)) == ["tts", "hdts", "ams", "bms"]
        tts = set(Role.objects.of_system("tts").values_list("name", flat=True))
        assert tts == {"Admin", "Agent", "User"} | {name for name, _ in seeds.WORKFLOW_ROLES}
        assert published_messages("workflow.tasks.seed_workflows") == [{"seed_version": 1}]
        assert len(published_messages("role.tasks.sync_role")) == len(tts)

    def test_every_workflow_role_has_two_holders_who_are_agents(self) -> None:
        run("seed")

        for name, _ in seeds.WORKFLOW_ROLES:
            holders = UserSystemRole.objects.effective().filter(role__name=name, system__slug="tts")
            assert holders.count() >= 2, name
            agents = UserSystemRole.objects.filter(user__in=holders.values("user"), role__name="Agent")
            assert agents.count() == holders.count()
        assert UserSystemRole.objects.filter(role__name="IT Support", system__slug="tts").count() == 3
        assert UserSystemRole.objects.filter(role__name="Admin", system__slug="tts").count() == 1

    def test_a_second_run_changes_and_sends_nothing(self) -> None:
        run("seed")
        OutboxMessage.objects.all().delete()
        before = list(User.objects.order_by("id").values())

        run("seed")

        assert published_messages() == []
        assert list(User.objects.order_by("id").values()) == before

    def test_after_an_upgrade_everybody_is_told_once_more_with_their_roles_by_id(self) -> None:
        run("seed")
        SeedRun.objects.filter(name="people").delete()
        OutboxMessage.objects.all().delete()

        run("seed")
        run("seed")

        told = published_messages("users.tasks.sync_user")
        assert sorted(person["user_id"] for person in told) == sorted([*User.objects.values_list("id", flat=True)] * 2)
        for person in told:
            held = UserSystemRole.objects.effective().filter(user=person["user_id"], system__slug="tts")
            assert person["role_ids"]["tts"] == sorted(held.values_list("role_id", flat=True))

    def test_a_new_demo_password_reaches_everybody(self, settings: Any) -> None:
        run("seed")
        settings.DEMO_PASSWORD = "another password of the demo"

        run("seed")

        people = User.objects.get_queryset().filter(is_demo=True)
        assert people.count() == len(seeds.PEOPLE)
        assert all(person.check_password("another password of the demo") for person in people)

    def test_production_gets_no_people(self, settings: Any) -> None:
        settings.IS_PRODUCTION = True

        run("seed")

        assert System.objects.count() == 4
        assert not User.objects.exists()
        for command in (["seed", "--demo"], ["demo_accounts", "--json"]):
            with pytest.raises(CommandError, match="production"):
                run(*command)

    def test_people_need_a_password(self, settings: Any) -> None:
        settings.DEMO_PASSWORD = ""

        with pytest.raises(CommandError, match="DEMO_PASSWORD"):
            run("seed")
        run("seed", "--no-demo")


class TestDemoAccounts:
    def test_the_list_for_people_names_everybody_and_the_password(self, settings: Any) -> None:
        run("seed")

        printed = run("demo_accounts", "--if-any")

        assert "miriam.castellanos@example.com" in printed
        assert f"password is {settings.DEMO_PASSWORD}" in printed

    def test_says_nothing_where_there_are_none(self, settings: Any) -> None:
        run("seed", "--no-demo")
        assert run("demo_accounts", "--if-any") == ""
        settings.IS_PRODUCTION = True
        assert run("demo_accounts", "--if-any") == ""

    def test_prints_the_document_of_the_contract(self) -> None:
        run("seed")
        User.objects.get_queryset().filter(first_name="Priya").update(otp_method="email")

        document = json.loads(run("demo_accounts", "--json"))

        assert set(document) == {"admin", "users"}
        assert {"email", "password", "user_id"} <= set(document["admin"])
        assert document["admin"]["email"] == "miriam.castellanos@example.com"
        by_email = {entry["email"]: entry for entry in document["users"]}
        assert "priya.raman@example.com" not in by_email
        assert by_email["amara.okafor@example.com"]["roles"]["tts"] == ["Agent", "Ticket Coordinator"]
        user = User.objects.get(pk=document["admin"]["user_id"])
        assert user.check_password(document["admin"]["password"])
