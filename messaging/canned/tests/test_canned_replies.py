"""Who writes and reads canned replies, and what their texts may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from canned import services
from canned.models import CannedReply
from canned.placeholders import PLACEHOLDERS
from canned.tests.workflow_peer import WorkflowPeer
from tests.factories import ADMIN, AMARA, JONAS, LEILA, NOON, SUPPORT, identity, now_has, token
from ticketing_common.jwt import verify
from ticketing_testing.clients import assert_problem

pytestmark = pytest.mark.django_db

URL = "/canned-replies/"
SALES = 9


@pytest.fixture(autouse=True)
def peer(settings: Settings) -> Iterator[WorkflowPeer]:
    with WorkflowPeer() as workflow:
        settings.WORKFLOW_API_URL = workflow.url
        yield workflow


@pytest.fixture(autouse=True)
def people() -> None:
    """Amara and Jonas are in support, Leila sells."""
    now_has(AMARA, SUPPORT)
    now_has(JONAS, SUPPORT)
    now_has(LEILA, SALES)
    now_has(ADMIN, names=("Admin",))


def as_person(user_id: int) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token(user_id)}")
    return client


def body(**changes: Any) -> dict[str, Any]:
    return {"title": "Thanks", "text": "Dear {{requester.name}}, thank you.", "scope": "own"} | changes


def make(by: int = AMARA, **changes: Any) -> CannedReply:
    return services.create_reply(by=identity(by), now=NOON, **body(**changes))


def titles(user_id: int, **query: Any) -> list[str]:
    answer = as_person(user_id).get(URL, query)
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


def test_everybody_writes_their_own_which_nobody_else_sees() -> None:
    answer = as_person(AMARA).post(
        URL, body(text="  Dear {{ requester.name }},\n{{ticket.number}} {{requester.name}}\n")
    )
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["text"] == "  Dear {{ requester.name }},\n{{ticket.number}} {{requester.name}}"
    assert made["placeholders"] == ["requester.name", "ticket.number"]
    assert made["author"] == {"user_id": AMARA, "full_name": "Amara Okafor"} == made["updated_by"]
    assert (made["scope"], made["role_id"], made["is_active"], made["version"]) == ("own", None, True, 1)
    one = f"{URL}{made['id']}/"
    for other in (JONAS, ADMIN):
        assert titles(other) == []
        assert_problem(as_person(other).get(one), 404, "canned_reply_not_found")
        assert_problem(as_person(other).patch(one, {"title": "X", "version": 1}), 404, "canned_reply_not_found")
        assert_problem(as_person(other).delete(one), 404, "canned_reply_not_found")
    assert as_person(AMARA).delete(one).status_code == 204
    assert titles(AMARA) == []


def test_a_team_reads_its_own_as_long_as_one_holds_its_role(peer: WorkflowPeer) -> None:
    peer.knows(SUPPORT, lead=AMARA)
    answer = as_person(AMARA).post(URL, body(scope="team", role_id=SUPPORT))
    assert answer.status_code == 201, answer.content
    (asked,) = peer.asked
    assert asked[0] == f"/roles/{SUPPORT}/"
    assert verify(asked[1].removeprefix("Bearer ")).user_id == AMARA, "asked with the caller's own rights"
    assert [titles(each) for each in (AMARA, JONAS, LEILA, ADMIN)] == [["Thanks"], ["Thanks"], [], ["Thanks"]]
    now_has(JONAS, SALES)
    assert titles(JONAS) == []
    now_has(JONAS, SUPPORT, is_active=False)
    assert titles(JONAS) == []


def test_a_deleted_roles_replies_are_hidden_from_administrators_too(peer: WorkflowPeer) -> None:
    reply = make(ADMIN, scope="team", role_id=SUPPORT)
    now_has(AMARA)
    now_has(JONAS)
    assert titles(ADMIN) == []
    assert_problem(as_person(ADMIN).get(f"{URL}{reply.pk}/"), 404, "canned_reply_not_found")
    assert_problem(as_person(ADMIN).post(URL, body(scope="team", role_id=SUPPORT)), 400, "unknown_role")


@pytest.mark.parametrize("lead", [JONAS, None])
def test_who_does_not_lead_the_role_writes_none_for_it(peer: WorkflowPeer, lead: int | None) -> None:
    peer.knows(SUPPORT, lead=lead)
    reply = make(ADMIN, scope="team", role_id=SUPPORT)
    one = f"{URL}{reply.pk}/"
    amara = as_person(AMARA)
    assert_problem(amara.post(URL, body(scope="team", role_id=SUPPORT)), 403, "not_lead_of_role")
    assert_problem(amara.patch(one, {"title": "X", "version": 1}), 403, "not_lead_of_role")
    assert_problem(amara.delete(one), 403, "not_lead_of_role")
    own = make(AMARA)
    moved = {"scope": "team", "role_id": SUPPORT, "version": 1}
    assert_problem(amara.patch(f"{URL}{own.pk}/", moved), 403, "not_lead_of_role")


def test_a_lead_who_left_the_role_writes_none_for_it(peer: WorkflowPeer) -> None:
    peer.knows(SUPPORT, lead=LEILA)
    assert_problem(as_person(LEILA).post(URL, body(scope="team", role_id=SUPPORT)), 403, "not_lead_of_role")
    assert peer.asked == []


def test_without_an_answer_about_the_lead_nothing_is_written(peer: WorkflowPeer, settings: Settings) -> None:
    peer.knows(SUPPORT, lead=AMARA)
    peer.status = 500
    amara = as_person(AMARA)
    assert_problem(amara.post(URL, body(scope="team", role_id=SUPPORT)), 503, "unavailable")
    settings.WORKFLOW_API_URL = "http://127.0.0.1:9"
    assert_problem(amara.post(URL, body(scope="team", role_id=SUPPORT)), 503, "unavailable")
    assert not CannedReply.objects.exists()
    # What needs no lead needs no workflow API.
    assert amara.post(URL, body()).status_code == 201
    assert as_person(ADMIN).post(URL, body(scope="team", role_id=SUPPORT)).status_code == 201


def test_those_for_all_are_read_by_agents_and_written_by_administrators() -> None:
    assert_problem(as_person(AMARA).post(URL, body(scope="all")), 403, "not_administrator")
    answer = as_person(ADMIN).post(URL, body(scope="all"))
    assert answer.status_code == 201, answer.content
    one = f"{URL}{answer.json()['id']}/"
    assert titles(LEILA) == ["Thanks"]
    assert_problem(as_person(LEILA).patch(one, {"title": "X", "version": 1}), 403, "not_administrator")
    assert_problem(as_person(LEILA).delete(one), 403, "not_administrator")
    own = make(LEILA)
    assert_problem(as_person(LEILA).patch(f"{URL}{own.pk}/", {"scope": "all", "version": 1}), 403, "not_administrator")


def test_moving_needs_the_right_on_both_sides(peer: WorkflowPeer) -> None:
    peer.knows(SUPPORT, lead=AMARA)
    own = make(AMARA)
    moved = as_person(AMARA).patch(f"{URL}{own.pk}/", {"scope": "team", "role_id": SUPPORT, "version": 1})
    assert (moved.status_code, moved.json()["role_id"]) == (200, SUPPORT)
    taken = {"scope": "own", "version": 2}
    assert_problem(as_person(ADMIN).patch(f"{URL}{own.pk}/", taken), 403, "not_author")
    back = as_person(AMARA).patch(f"{URL}{own.pk}/", taken)
    assert (back.status_code, back.json()["scope"], back.json()["role_id"]) == (200, "own", None)


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"scope": "team"}, "role_id"),
        ({"role_id": SUPPORT}, "role_id"),
        ({"scope": "all", "role_id": SUPPORT}, "role_id"),
        ({"scope": "team", "role_id": 4711}, "role_id"),
        ({"scope": "everybody"}, "scope"),
        ({"title": " \u200b "}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_a_canned_reply_is_refused_by_field(changes: dict[str, Any], attr: str) -> None:
    answer = as_person(ADMIN).post(URL, body(**changes))
    assert answer.status_code == 400, answer.content
    assert attr in [error["attr"] for error in answer.json()["errors"]]
    assert not CannedReply.objects.exists()


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("Dear {{requester.nmae}},", "requester.nmae"),
        ("{{ticket.number}} {{}}", ""),
        ("{{ TICKET.NUMBER }}", "TICKET.NUMBER"),
        ("Dear {{requester.name, thank you", "requester.name, thank you"),
        ("{{ticket.number}} {{{step}}}", None),
    ],
)
def test_an_unknown_placeholder_is_refused_by_its_name(text: str, placeholder: str | None) -> None:
    made = make(AMARA)
    for answer in (
        as_person(AMARA).post(URL, body(text=text)),
        as_person(AMARA).patch(f"{URL}{made.pk}/", {"text": text, "version": 1}),
    ):
        if placeholder is None:
            assert answer.status_code in {200, 201}, "one brace more is text"
            continue
        assert_problem(answer, 400, "unknown_placeholder")
        assert answer.json()["errors"][0]["attr"] == "text"
        assert answer.json()["placeholder"] == placeholder


def test_every_declared_placeholder_is_taken() -> None:
    text = " ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
    assert as_person(AMARA).post(URL, body(text=text)).json()["placeholders"] == list(PLACEHOLDERS)


def test_a_change_of_what_somebody_changed_meanwhile_is_a_conflict() -> None:
    one = f"{URL}{make(ADMIN, scope='all').pk}/"
    admin = as_person(ADMIN)
    changed = admin.patch(one, {"title": "Many thanks", "version": 1})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert_problem(admin.patch(one, {"text": "Bye.", "version": 1}), 409, "version_conflict")
    assert_problem(admin.patch(one, {"text": "Bye."}), 400, "required")
    kept = admin.get(one).json()
    assert (kept["title"], kept["text"]) == ("Many thanks", "Dear {{requester.name}}, thank you.")


def test_the_list_is_searched_filtered_ordered_and_paged(peer: WorkflowPeer) -> None:
    make(AMARA, title="Password reset", text="Choose another.")
    make(AMARA, title="Closing", text="The password works again.", is_active=False)
    make(ADMIN, title="Greeting", scope="all")
    make(ADMIN, title="Team greeting", scope="team", role_id=SUPPORT)
    assert titles(AMARA) == ["Closing", "Greeting", "Password reset", "Team greeting"]
    assert titles(AMARA, search="password") == ["Closing", "Password reset"]
    assert titles(AMARA, scope="own", is_active="true") == ["Password reset"]
    assert titles(AMARA, role_id=SUPPORT) == ["Team greeting"]
    assert titles(AMARA, offered="true") == ["Greeting", "Password reset", "Team greeting"]
    assert titles(AMARA, offered="false") == ["Closing"]
    assert titles(ADMIN, offered="true") == ["Greeting"], "an administrator is in no team by being one"
    assert titles(AMARA, ordering="-title", page_size=1, page=2) == ["Password reset"]
    for query in ({"colour": "red"}, {"scope": "x"}, {"role_id": "x"}, {"ordering": "text"}, {"offered": "maybe"}):
        assert as_person(AMARA).get(URL, query).status_code == 400, query


def test_their_number_is_limited_by_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_REPLIES", 2)
    make(AMARA)
    make(AMARA)
    assert_problem(as_person(AMARA).post(URL, body()), 409, "too_many_canned_replies")
    assert as_person(JONAS).post(URL, body()).status_code == 201
    assert as_person(ADMIN).post(URL, body(scope="all")).status_code == 201


def test_the_same_key_adds_one() -> None:
    client = as_person(AMARA)
    answers = [client.post(URL, body(), headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert CannedReply.objects.count() == 1
