"""Filing a ticket keeps it and queues it for the workflow, both or neither."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from ticketing_common.contracts import messages
from ticketing_common.contracts.messages import check
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from tickets import services
from tickets.models import Attachment, StatusChange, Ticket
from tickets.tests.factories import NOON, NOOR_ID, PDF, agent, fields, help_desk, noor, png, upload

pytestmark = pytest.mark.django_db


class TestCreateTicket:
    def test_keeps_the_ticket_and_queues_it(self) -> None:
        response = noor().post("/tickets/", fields())

        assert response.status_code == 201, response.content
        ticket = Ticket.objects.get()
        assert re.fullmatch(r"TX\d{8}\d{6}", ticket.ticket_number)
        assert response.json()["ticket_number"] == ticket.ticket_number
        assert response.json()["status"] == "new"
        assert response.json()["employee"]["id"] == 41
        (message,) = published_messages("tickets.tasks.receive_ticket")
        data = message["ticket_data"]
        assert data["ticket_number"] == ticket.ticket_number
        assert data["source_version"] == 1
        assert data["source_service"] == "hdts"
        assert data["employee"]["name"] == "Noor Haddad"
        assert OutboxMessage.objects.get().queue == "TICKET_TASKS_PRODUCTION"

    @pytest.mark.parametrize("name", sorted(messages.examples("ticket_data")))
    def test_sends_the_fields_of_every_published_example(self, name: str) -> None:
        example = messages.examples("ticket_data")[name]
        ours = {"ticket_number", "status", "source_service", "source_version", "attachments", "submitted_at"}
        sent = {key: value for key, value in example.items() if key not in ours}
        unknown = {key: sent.pop(key) for key in list(sent) if key.startswith("field_of_")}

        response = help_desk().post("/tickets/", sent)

        assert response.status_code == 201, response.content
        (message,) = published_messages("tickets.tasks.receive_ticket")
        data = message["ticket_data"]
        check("ticket_data", data)
        for key, value in sent.items():
            if key == "priority":
                assert data[key].lower() == value.lower()
            elif key == "employee":
                assert data[key] == value
            else:
                assert data[key] == value, key
        assert not set(unknown) & set(data)

    def test_keeps_files_and_names_them_in_the_message(self) -> None:
        response = noor().post(
            "/tickets/",
            fields(dynamic_data='{"share": "finance-q1"}')
            | {"attachments": [upload("screen.png", png()), upload("approval.pdf", PDF)]},
            format="multipart",
        )

        assert response.status_code == 201, response.content
        names = [entry["file_name"] for entry in response.json()["attachments"]]
        assert sorted(names) == ["approval.pdf", "screen.png"]
        data = published_messages()[0]["ticket_data"]
        assert [(a["file_name"], a["content_type"]) for a in data["attachments"]] == [
            ("screen.png", "image/png"),
            ("approval.pdf", "application/pdf"),
        ]
        assert data["attachments"][0]["url"] == f"/attachments/{data['attachments'][0]['id']}/"
        assert data["dynamic_data"] == {"share": "finance-q1"}

    @pytest.mark.parametrize("given", ["urgent", "URGENT", " Urgent "])
    def test_takes_a_priority_in_any_case(self, given: str) -> None:
        assert noor().post("/tickets/", fields(priority=given)).json()["priority"] == "Urgent"

    @pytest.mark.parametrize(
        ("changes", "attr"),
        [
            ({"subject": ""}, "subject"),
            ({"subject": "x" * 256}, "subject"),
            ({"priority": "immense"}, "priority"),
            ({"department": None}, "department"),
            ({"cost_items": {"a": 1}}, "cost_items"),
            ({"dynamic_data": [1]}, "dynamic_data"),
            ({"dynamic_data": {"a": "nul \x00"}}, "dynamic_data"),
            ({"dynamic_data": {"a": "x" * 100_001}}, "dynamic_data"),
            ({"requested_budget": "-1"}, "requested_budget"),
            ({"performance_start_date": "2026-03-02", "performance_end_date": "2026-03-01"}, "performance_end_date"),
        ],
    )
    def test_names_the_field_it_refuses(self, changes: dict[str, Any], attr: str) -> None:
        assert_problem(noor().post("/tickets/", fields(**changes)), 400, attr=attr)
        assert Ticket.objects.count() == 0
        assert published_messages() == []

    def test_a_body_nested_without_end_is_no_failure_of_ours(self) -> None:
        for depth in (500, 100_000):
            body = '{"subject": "S", "category": "C", "department": "D", "dynamic_data": {"a": %s}}'
            nested = body % ("[" * depth + "]" * depth)
            response = noor().post("/tickets/", nested, content_type="application/json")
            assert response.status_code in {201, 400}, response.content
        assert_problem(response, 400, "parse_error")

    def test_a_plain_person_files_only_for_themselves(self) -> None:
        for_another = fields(employee={"id": 77, "name": "Someone Else"})

        assert_problem(noor().post("/tickets/", for_another), 403, "employee_not_allowed")
        assert help_desk().post("/tickets/", for_another).json()["employee"]["id"] == 77

    def test_nobody_files_without_signing_in(self) -> None:
        assert_problem(APIClient().post("/tickets/", fields()), 401)

    def test_records_its_first_state(self) -> None:
        number = noor().post("/tickets/", fields()).json()["ticket_number"]

        history = noor().get(f"/tickets/{number}/status-history/").json()["results"]
        assert [(row["new_status"], row["actor"]["user_id"]) for row in history] == [("new", 41)]

    def test_a_retry_with_the_same_key_files_nothing_more(self) -> None:
        first = noor().post("/tickets/", fields(), headers={"Idempotency-Key": "k1"})
        again = noor().post("/tickets/", fields(), headers={"Idempotency-Key": "k1"})

        assert again.json() == first.json()
        assert Ticket.objects.count() == 1
        assert len(published_messages()) == 1
        other = noor().post("/tickets/", fields(subject="Another"), headers={"Idempotency-Key": "k1"})
        assert_problem(other, 422, "idempotency_key_reused")

    def test_a_message_that_cannot_be_queued_takes_the_ticket_and_its_files_with_it(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_messages: Any) -> None:
            raise messages.InvalidMessage("no")

        monkeypatch.setattr(services, "enqueue", refuse)
        from tickets.uploads import check_files

        files = check_files([upload("screen.png", png())])
        with pytest.raises(messages.InvalidMessage):
            services.file_ticket(values=fields(), employee={"id": 41}, files=files, now=NOON)

        assert (Ticket.objects.count(), Attachment.objects.count(), StatusChange.objects.count()) == (0, 0, 0)
        assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_tickets_filed_at_once_get_different_numbers() -> None:
    def file(_: int) -> str:
        try:
            return services.file_ticket(values=fields(), employee={"id": 41}, now=NOON).ticket_number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(file, range(40)))

    assert len(set(numbers)) == 40
    assert OutboxMessage.objects.count() == 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT cycle FROM pg_sequences WHERE sequencename = 'ticket_number_seq'")
        assert cursor.fetchone() == (True,)


class TestWhoAsks:
    """Name, address and company are those of the account; only the help desk's staff name others."""

    CLAIM: ClassVar[dict[str, Any]] = {
        "id": NOOR_ID,
        "name": "Ceyda Chief",
        "email": "chief@elsewhere.example",
        "company_id": "MA001",
        "department": "Finance",
    }

    def test_a_requester_claims_no_other_name_address_or_company(self) -> None:
        answer = noor().post("/tickets/", fields(employee=self.CLAIM))

        employee = answer.json()["employee"]
        assert employee["name"] == "Noor Haddad"
        assert employee["email"] != self.CLAIM["email"]
        assert "@" in employee["email"]
        assert (employee["company_id"], employee["department"]) == ("", "Finance")
        (message,) = published_messages("tickets.tasks.receive_ticket")
        assert message["ticket_data"]["employee"] == employee

    def test_nor_afterwards(self) -> None:
        filed = help_desk().post("/tickets/", fields(employee=self.CLAIM | {"company_id": "MA007"})).json()
        path = f"/tickets/{filed['ticket_number']}/"

        employee = noor().patch(path, {"employee": self.CLAIM}).json()["employee"]

        assert (employee["name"], employee["company_id"]) == ("Noor Haddad", "MA007")
        assert employee["email"] != self.CLAIM["email"]

    def test_nor_as_an_agent(self) -> None:
        claim = self.CLAIM | {"id": 7}

        assert agent().post("/tickets/", fields(employee=claim)).json()["employee"]["name"] == "Amara Okafor"

    def test_the_staff_name_others(self) -> None:
        assert help_desk().post("/tickets/", fields(employee=self.CLAIM)).json()["employee"] == self.CLAIM


class TestTexts:
    def test_are_stored_in_one_form(self) -> None:
        filed = noor().post("/tickets/", fields(subject="Mu\u0308ller")).json()

        assert filed["subject"] == "Müller"
        changed = noor().patch(f"/tickets/{filed['ticket_number']}/", {"subject": "Cafe\u0301"}).json()
        assert changed["subject"] == "Café"

    @pytest.mark.parametrize("text", ["\u200b", "\u3164\u00ad", "\ufeff \u2060"])
    def test_in_which_nothing_is_visible_are_refused(self, text: str) -> None:
        assert_problem(noor().post("/tickets/", fields(subject=text)), 400, "blank", "subject")
        number = noor().post("/tickets/", fields()).json()["ticket_number"]
        assert_problem(noor().post(f"/tickets/{number}/comments/", {"text": text}), 400, "blank", "text")

    def test_a_change_names_known_fields_only(self) -> None:
        filed = noor().post("/tickets/", fields()).json()
        path = f"/tickets/{filed['ticket_number']}/"

        assert_problem(noor().patch(path, {"colour": "red"}), 400, "unknown_field", "colour")
        assert_problem(noor().patch(path, {"status": "resolved"}), 400, "unknown_field", "status")
        assert noor().put(path, fields() | {"colour": "red"}).status_code == 200
        comment = noor().post(f"{path}comments/", {"text": "Please hurry."}).json()
        changed = noor().patch(f"{path}comments/{comment['id']}/", {"text": "Please.", "origin": "workflow"})
        assert_problem(changed, 400, "unknown_field", "origin")


class TestFiledByAService:
    @pytest.fixture
    def service(self, settings: Any) -> APIClient:
        settings.API_KEY_SOURCE = "ticketing_testing.clients.key_of_scope"
        client = APIClient()
        client.credentials(HTTP_X_API_KEY="key-of-tickets")
        return client

    def test_is_a_ticket_of_the_employee_whom_it_names(self, service: APIClient) -> None:
        response = service.post("/tickets/", fields(employee={"id": NOOR_ID, "email": "noor.haddad@example.com"}))

        assert response.status_code == 201, response.content
        number = response.json()["ticket_number"]
        assert noor().get(f"/tickets/{number}/").status_code == 200
        (message,) = published_messages("tickets.tasks.receive_ticket")
        assert message["ticket_data"]["employee"]["email"] == "noor.haddad@example.com"
        assert service.get(f"/tickets/{number}/").json()["status"] == "new"
        assert service.get("/tickets/", {"search": number}).json()["count"] == 1
        assert [each["new_status"] for each in service.get(f"/tickets/{number}/status-history/").json()["results"]] == [
            "new"
        ]

    @pytest.mark.parametrize("employee", [None, {}, {"name": "Noor Haddad"}, {"email": "", "id": None}])
    def test_says_for_whom_it_is(self, service: APIClient, employee: dict[str, Any] | None) -> None:
        given = fields() if employee is None else fields(employee=employee)
        assert_problem(service.post("/tickets/", given), 400, "employee_required", "employee")
        assert not Ticket.objects.exists()

    def test_comes_once_however_often_it_is_sent(self, service: APIClient) -> None:
        body = fields(employee={"email": "noor.haddad@example.com"})
        first, second = (
            service.post("/tickets/", body, headers={"Idempotency-Key": "order-4711"}).json() for _ in range(2)
        )
        assert first["ticket_number"] == second["ticket_number"]
        assert Ticket.objects.count() == 1

    def test_files_go_with_it_once(self, service: APIClient) -> None:
        body = {**fields(), "employee.email": "noor.haddad@example.com"}
        first, second = (
            service.post(
                "/tickets/", body | {"attachments": [upload("screen.png", png())]}, format="multipart",
                headers={"Idempotency-Key": "order-4711"},
            )
            for _ in range(2)
        )  # fmt: skip

        assert (first.status_code, second.json()) == (201, first.json())
        assert [each["file_name"] for each in first.json()["attachments"]] == ["screen.png"]
        assert first.json()["employee"]["email"] == "noor.haddad@example.com"
        assert Attachment.objects.count() == 1
        (message,) = published_messages("tickets.tasks.receive_ticket")
        assert len(message["ticket_data"]["attachments"]) == 1

    def test_the_same_idempotency_key_of_a_person_is_another_one(self, service: APIClient) -> None:
        headers = {"Idempotency-Key": "order-4711"}
        service.post("/tickets/", fields(employee={"email": "noor.haddad@example.com"}), headers=headers)
        noor().post("/tickets/", fields(), headers=headers)

        assert Ticket.objects.count() == 2

    def test_is_changed_and_ended_by_people_alone(self, service: APIClient) -> None:
        number = service.post("/tickets/", fields(employee={"email": "noor.haddad@example.com"})).json()[
            "ticket_number"
        ]
        for answer in (
            service.patch(f"/tickets/{number}/", {"subject": "Another"}),
            service.delete(f"/tickets/{number}/"),
            service.post(f"/tickets/{number}/withdraw/", {}),
        ):
            assert_problem(answer, 403)
