"""The conversation over REST."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from comments.models import Comment
from tests.factories import (
    ADMIN,
    ADMIN_ROLES,
    AGENT_ROLES,
    AMARA,
    JONAS,
    LEILA,
    NAMES,
    NUMBER,
    PLAIN_ROLES,
    STRANGER,
    make_person,
    make_ticket,
    roles_of,
)
from ticketing_testing.clients import assert_problem, client_for, published_messages
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

LIST = f"/comments/?ticket_id={NUMBER}"


def client(user_id: int, **token: Any) -> APIClient:
    return client_for(user_id, **({"full_name": NAMES[user_id], "roles": roles_of(user_id)} | token))


@pytest.fixture(autouse=True)
def ticket() -> Ticket:
    return make_ticket()


def post(user_id: int = AMARA, text: str = "The share is mounted.", **fields: Any) -> dict[str, Any]:
    answer = client(user_id).post(LIST, {"text": text, **fields})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


class TestPosting:
    def test_answers_the_whole_comment(self) -> None:
        comment = post(client_id="c-1")
        assert comment | {"id": 0, "created_at": ""} == {
            "id": 0,
            "ticket_id": NUMBER,
            "author": {"user_id": AMARA, "full_name": "Amara Okafor"},
            "outside_author": None,
            "text": "The share is mounted.",
            "visibility": "internal",
            "parent_id": None,
            "client_id": "c-1",
            "rating": {"up": 0, "down": 0, "mine": None},
            "mentions": [],
            "attachments": [],
            "created_at": "",
            "edited_at": None,
            "deleted_at": None,
            "seq": 2,
        }

    def test_takes_the_ticket_from_the_body_too(self) -> None:
        answer = client(AMARA).post("/comments/", {"ticket_id": NUMBER, "text": "Here."})
        assert answer.status_code == 201
        assert_problem(client(AMARA).post(LIST, {"ticket_id": "TX-2", "text": "Where?"}), 400, attr="ticket_id")
        assert_problem(client(AMARA).post("/comments/", {"text": "Where?"}), 400, "required", "ticket_id")

    @pytest.mark.parametrize("text", ["", "   ", "x" * 10_001, "null \x00 byte", None])
    def test_refuses_what_is_no_text(self, text: Any) -> None:
        assert_problem(client(AMARA).post(LIST, {"text": text}), 400, attr="text")
        assert Comment.objects.count() == 0

    def test_with_the_same_client_id_posts_once(self) -> None:
        first = post(client_id="same")
        again = client(AMARA).post(LIST, {"text": "The share is mounted.", "client_id": "same"})
        assert (again.status_code, again.json()) == (200, first)
        assert post(JONAS, client_id="same")["id"] != first["id"], "the id is each author's own"
        assert Ticket.objects.get().seq == 3

    def test_with_the_same_key_answers_the_same(self) -> None:
        headers = {"Idempotency-Key": "k-1"}
        answers = [client(AMARA).post(LIST, {"text": "Once."}, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert Comment.objects.count() == 1
        assert_problem(client(AMARA).post(LIST, {"text": "Other."}, headers=headers), 422, "idempotency_key_reused")

    @pytest.mark.parametrize("visibility", ["internal", "public"])
    def test_costs_at_most_eight_statements(self, visibility: str) -> None:
        """Apart from those that begin and end the transaction; the message to the help desk included."""
        Ticket.objects.update(source_service="hdts", source_number=NUMBER)
        caller, body = client(AMARA), {"text": "Cheap.", "client_id": "c", "visibility": visibility}
        with CaptureQueriesContext(connection) as statements:
            assert caller.post(LIST, body).status_code == 201
        sent = [query["sql"] for query in statements if "SAVEPOINT" not in query["sql"]]
        assert len(sent) <= 8, sent

    def test_the_same_client_id_with_other_words_is_a_conflict(self) -> None:
        first = post(text="First words.", client_id="c-1")
        assert_problem(client(AMARA).post(LIST, {"text": "Others.", "client_id": "c-1"}), 409, "client_id_reused")
        path = f"/comments/{first['id']}/"
        assert client(AMARA).patch(path, {"text": "Edited."}).status_code == 200
        assert client(AMARA).post(LIST, {"text": "First words.", "client_id": "c-1"}).status_code == 200
        assert_problem(client(AMARA).post(LIST, {"text": "Edited.", "client_id": "c-1"}), 409, "client_id_reused")
        assert client(AMARA).delete(path).status_code == 204
        assert client(AMARA).post(LIST, {"text": "First words.", "client_id": "c-1"}).status_code == 200
        assert Comment.objects.count() == 1

    @pytest.mark.parametrize("text", ["\u200b", "\u3164\u00ad", "\ufeff \u2060", "\u2800"])
    def test_a_text_in_which_nothing_is_visible_is_refused(self, text: str) -> None:
        assert_problem(client(AMARA).post(LIST, {"text": text}), 400, attr="text")
        assert not Comment.objects.exists()

    def test_a_text_is_stored_in_one_form(self) -> None:
        assert post(text="Mu\u0308ller")["text"] == "Müller"

    def test_a_change_names_known_fields_only(self) -> None:
        path = f"/comments/{post(text='Mine.')['id']}/"
        answer = client(AMARA).patch(path, {"text": "Better.", "visibility": "public"})
        assert_problem(answer, 400, "unknown_field", "visibility")
        assert Comment.objects.get().text == "Mine."

    def test_the_list_costs_the_same_for_many_comments_as_for_one(self) -> None:
        counts = []
        for size in (1, 12):
            for number in range(size):
                comment = post(text=f"{size}/{number}")
                client(JONAS).put(f"/comments/{comment['id']}/rating/", {"value": "up"})
            with CaptureQueriesContext(connection) as statements:
                assert client(JONAS).get(LIST).status_code == 200
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 6


class TestReading:
    def test_lists_pages_in_order_with_the_readers_own_rating(self) -> None:
        ids = [post(text=f"Number {number}")["id"] for number in range(3)]
        client(JONAS).put(f"/comments/{ids[1]}/rating/", {"value": "down"})
        page = client(JONAS).get(f"{LIST}&page_size=2").json()
        assert page["count"] == 3
        assert page["next"]
        assert [comment["id"] for comment in page["results"]] == ids[:2]
        assert [comment["rating"]["mine"] for comment in page["results"]] == [None, "down"]
        assert client(AMARA).get(f"/comments/{ids[1]}/").json()["rating"] == {"up": 0, "down": 1, "mine": None}

    def test_filters_searches_and_orders(self) -> None:
        first = post(text="Printer on fire", visibility="public")
        reply = client(JONAS).post(f"/comments/{first['id']}/replies/", {"text": "Which floor?"}).json()
        assert reply["visibility"] == "public"

        def ids(query: str) -> list[int]:
            return [comment["id"] for comment in client(AMARA).get(f"{LIST}&{query}").json()["results"]]

        assert ids(f"parent_id={first['id']}") == [reply["id"]]
        assert ids("search=fire") == [first["id"]]
        assert ids(f"author_id={JONAS}") == [reply["id"]]
        assert ids("visibility=internal") == []
        assert ids("ordering=-id") == [reply["id"], first["id"]]

    @pytest.mark.parametrize("query", ["autor=7", "ordering=secret", "parent_id=x", "visibility=none"])
    def test_refuses_filters_it_does_not_know(self, query: str) -> None:
        assert_problem(client(AMARA).get(f"{LIST}&{query}"), 400)

    def test_needs_a_ticket(self) -> None:
        assert_problem(client(AMARA).get("/comments/"), 400, "required", "ticket_id")
        assert_problem(client(AMARA).get("/comments/?ticket_id=TX-none"), 404, "ticket_not_found")
        assert_problem(client(AMARA).get("/comments/?ticket_id=%00"), 404, "ticket_not_found")

    def test_the_events_are_what_the_sockets_got(self) -> None:
        comment = post()
        client(JONAS).put(f"/comments/{comment['id']}/rating/", {"value": "up"})
        page = client(JONAS).get(f"/tickets/{NUMBER}/events/?after=1").json()
        assert (page["count"], page["seq"], page["next"]) == (2, 3, None)
        assert [(event["type"], event["action"], event["seq"]) for event in page["results"]] == [
            ("comment_update", "create", 2),
            ("comment_update", "rate", 3),
        ]
        assert page["results"][1]["comment"] == client(JONAS).get(f"/comments/{comment['id']}/").json()

    def test_the_events_come_in_pages(self) -> None:
        for number in range(4):
            post(text=f"Number {number}")
        seen: list[int] = []
        url = f"/tickets/{NUMBER}/events/?after=0&page_size=2"
        while url:
            page = client(AMARA).get(url).json()
            seen += [event["seq"] for event in page["results"]]
            url = page["next"]
        assert seen == [1, 2, 3, 4, 5]
        assert_problem(client(AMARA).get(f"/tickets/{NUMBER}/events/?after=-1"), 400, attr="after")
        assert_problem(client(AMARA).get(f"/tickets/{NUMBER}/events/?since=1"), 400, "unknown_filter")


class TestRights:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", LIST),
            ("post", LIST),
            ("get", "/comments/{id}/"),
            ("patch", "/comments/{id}/"),
            ("delete", "/comments/{id}/"),
            ("post", "/comments/{id}/replies/"),
            ("put", "/comments/{id}/rating/"),
            ("delete", "/comments/{id}/rating/"),
            ("get", "/comments/{id}/history/"),
            ("get", f"/tickets/{NUMBER}/events/"),
            ("get", f"/tickets/{NUMBER}/participants/"),
            ("get", f"/tickets/{NUMBER}/read-state/"),
            ("put", f"/tickets/{NUMBER}/read-state/"),
        ],
    )
    def test_a_stranger_finds_nothing_and_nobody_gets_in_unnamed(self, method: str, path: str) -> None:
        path = path.format(id=post()["id"])
        body = {"get": {}, "patch": {"text": "Hello?"}}.get(method, {"text": "Hello?", "value": "up", "seq": 1})
        assert_problem(getattr(client(STRANGER), method)(path, body), 404)
        assert_problem(getattr(APIClient(), method)(path, body), 401)
        assert Comment.objects.get().text == "The share is mounted."

    def test_an_administrator_reads_edits_and_deletes(self) -> None:
        path = f"/comments/{post()['id']}/"
        assert client(ADMIN).get(path).status_code == 200
        assert client(ADMIN).patch(path, {"text": "Corrected."}).json()["text"] == "Corrected."
        assert client(ADMIN).delete(path).status_code == 204

    def test_another_agent_edits_and_deletes_nothing(self) -> None:
        path = f"/comments/{post()['id']}/"
        assert_problem(client(JONAS).patch(path, {"text": "Mine now."}), 403, "not_your_comment")
        assert_problem(client(JONAS).delete(path), 403, "not_your_comment")

    def test_an_internal_note_stays_with_the_agents(self) -> None:
        note, word = post(text="Between us."), post(text="For all.", visibility="public")
        outsider = client(JONAS, roles=PLAIN_ROLES)
        assert [comment["id"] for comment in outsider.get(LIST).json()["results"]] == [word["id"]]
        assert outsider.get(f"{LIST}&search=Between").json()["count"] == 0
        for method, path in [
            ("get", ""),
            ("patch", ""),
            ("delete", ""),
            ("post", "replies/"),
            ("put", "rating/"),
            ("get", "history/"),
        ]:
            body = {"text": "x"} if method == "patch" else {"text": "x", "value": "up"}
            assert_problem(getattr(outsider, method)(f"/comments/{note['id']}/{path}", body), 404)
        events = outsider.get(f"/tickets/{NUMBER}/events/").json()["results"]
        assert [event["type"] for event in events] == ["ticket_update", "skip", "comment_update"]
        assert "Between us." not in str(events)
        assert_problem(outsider.post(LIST, {"text": "I try", "visibility": "internal"}), 403, "internal_not_allowed")
        assert outsider.post(LIST, {"text": "I ask"}).json()["visibility"] == "public"


class TestRatings:
    def test_one_per_person_changed_and_taken_back(self) -> None:
        path = f"/comments/{post()['id']}/rating/"
        rate = client(JONAS)
        assert rate.put(path, {"value": "up"}).json()["rating"] == {"up": 1, "down": 0, "mine": "up"}
        assert rate.put(path, {"value": "up"}).json()["rating"] == {"up": 1, "down": 0, "mine": "up"}
        assert rate.put(path, {"value": "down"}).json()["rating"] == {"up": 0, "down": 1, "mine": "down"}
        admins = client(ADMIN).put(path, {"value": "down"}).json()["rating"]
        assert admins == {"up": 0, "down": 2, "mine": "down"}
        assert rate.delete(path).status_code == 204
        assert rate.delete(path).status_code == 204
        assert client(AMARA).get(LIST).json()["results"][0]["rating"] == {"up": 0, "down": 1, "mine": None}
        assert Ticket.objects.get().seq == 6, "what changes nothing is no event"

    def test_not_on_ones_own(self) -> None:
        path = f"/comments/{post()['id']}/rating/"
        assert_problem(client(AMARA).put(path, {"value": "up"}), 403, "own_comment")

    @pytest.mark.parametrize("value", ["sideways", None, 1, True])
    def test_only_up_or_down(self, value: Any) -> None:
        path = f"/comments/{post()['id']}/rating/"
        assert_problem(client(JONAS).put(path, {"value": value}), 400, attr="value")


class TestRepliesEditsDeletions:
    def test_replies_nest_one_level(self) -> None:
        reply = client(JONAS).post(f"/comments/{post()['id']}/replies/", {"text": "Yes."}).json()
        assert_problem(client(AMARA).post(f"/comments/{reply['id']}/replies/", {"text": "No."}), 400, "reply_to_reply")

    def test_a_reply_to_a_deleted_comment_stays_and_no_new_one_comes(self) -> None:
        first = post()
        reply = client(JONAS).post(f"/comments/{first['id']}/replies/", {"text": "Yes."}).json()
        client(AMARA).delete(f"/comments/{first['id']}/")
        tomb, left = client(JONAS).get(LIST).json()["results"]
        assert (tomb["id"], tomb["text"], bool(tomb["deleted_at"])) == (first["id"], "", True)
        assert left["id"] == reply["id"]
        for method, path, body in [
            ("post", "replies/", {"text": "Late."}),
            ("put", "rating/", {"value": "up"}),
        ]:
            problem = getattr(client(JONAS), method)(f"/comments/{first['id']}/{path}", body)
            assert_problem(problem, 409, "comment_deleted")
        assert_problem(client(AMARA).patch(f"/comments/{first['id']}/", {"text": "Back."}), 409, "comment_deleted")

    def test_a_deleted_text_is_nowhere(self) -> None:
        comment = post(text="My password is hunter2")
        client(AMARA).delete(f"/comments/{comment['id']}/")
        for path in (LIST, f"/comments/{comment['id']}/", f"/tickets/{NUMBER}/events/", f"{LIST}&search=hunter2"):
            assert "hunter2" not in client(JONAS).get(path).content.decode()

    def test_deleting_twice_is_one_event(self) -> None:
        path = f"/comments/{post()['id']}/"
        assert [client(AMARA).delete(path).status_code for _ in range(2)] == [204, 204]
        assert Ticket.objects.get().seq == 3

    def test_edits_keep_what_was_said_before(self) -> None:
        path = f"/comments/{post(text='One.')['id']}/"
        client(AMARA).patch(path, {"text": "Two."})
        edited = client(ADMIN).patch(path, {"text": "Three."}).json()
        assert (edited["text"], bool(edited["edited_at"])) == ("Three.", True)
        history = client(AMARA).get(f"{path}history/").json()
        assert [(entry["text"], entry["replaced_by"]["user_id"]) for entry in history["results"]] == [
            ("One.", AMARA),
            ("Two.", ADMIN),
        ]
        assert_problem(client(JONAS).get(f"{path}history/"), 403, "not_your_comment")
        client(AMARA).delete(path)
        assert_problem(client(AMARA).get(f"{path}history/"), 403)
        assert client(ADMIN).get(f"{path}history/").json()["count"] == 2


class TestMentions:
    def test_tell_those_who_may_read_and_only_them(self) -> None:
        for user_id in (AMARA, JONAS, LEILA, ADMIN):
            make_person(user_id)
        comment = post(text="Ask @Jonas", visibility="public", mentions=[JONAS, AMARA, LEILA, ADMIN, STRANGER, JONAS])
        assert [person["user_id"] for person in comment["mentions"]] == [JONAS, AMARA, ADMIN]
        told = published_messages("notifications.create_inapp_notification")
        assert [message["user_id"] for message in told] == [JONAS, ADMIN], "nobody is told of their own mention"
        assert told[0] == {
            "user_id": JONAS,
            "notification_type": "mention",
            "subject": f"Amara Okafor mentioned you on {NUMBER}",
            "message": "Ask @Jonas",
            "link": f"/tickets/{NUMBER}",
            "event_id": f"mention-{comment['id']}-{JONAS}",
            "comment_id": comment["id"],
            "text": {
                "code": "mention",
                "params": {"actor": "Amara Okafor", "ticket": NUMBER, "excerpt": "Ask @Jonas"},
            },
        }
        mails = published_messages("notifications.send_email")
        assert [mail["user_id"] for mail in mails] == [JONAS, ADMIN]
        assert mails[0] == {
            "notification_type": "mention",
            "user_id": JONAS,
            "context": {
                "ticket_number": NUMBER,
                "task_title": "Access to the finance share",
                "actor_name": "Amara Okafor",
                "excerpt": "Ask @Jonas",
                "link": f"/tickets/{NUMBER}",
                "comment_id": comment["id"],
            },
            "event_id": f"mention-{comment['id']}-{JONAS}-mail",
        }

    def test_an_internal_note_is_not_quoted_in_what_outlives_the_right_to_read_it(self) -> None:
        make_person(JONAS)
        post(text="The supplier is insolvent.", visibility="internal", mentions=[JONAS])
        told = published_messages()
        assert [message["notification_type"] for message in told] == ["mention", "mention"]
        assert "insolvent" not in json.dumps(told)

    def test_an_internal_note_is_not_told_to_somebody_of_whom_nothing_is_known(self) -> None:
        assert post(text="Internal", visibility="internal", mentions=[JONAS])["mentions"] == []
        assert published_messages() == []

    def test_an_internal_note_is_told_to_agents_only(self) -> None:
        make_person(JONAS, roles=PLAIN_ROLES)
        make_person(LEILA, roles=AGENT_ROLES)
        assert post(text="Internal", mentions=[JONAS, LEILA])["mentions"] == []
        assert len(post(text="Public", visibility="public", mentions=[JONAS])["mentions"]) == 1

    def test_a_deactivated_person_is_not_told(self) -> None:
        make_person(JONAS, is_active=False)
        assert post(mentions=[JONAS])["mentions"] == []
        assert published_messages() == []

    def test_somebody_mentioned_by_an_edit_is_told_and_nobody_twice(self) -> None:
        for user_id in (JONAS, ADMIN):
            make_person(user_id)
        comment = post(text="Ask @Jonas", visibility="public", mentions=[JONAS])
        url = f"/comments/{comment['id']}/"
        for _ in range(2):
            edited = client(AMARA).patch(url, {"text": "Ask @Jonas or @Ada", "mentions": [JONAS, ADMIN]}, format="json")
            assert [person["user_id"] for person in edited.json()["mentions"]] == [JONAS, ADMIN]
        assert [message["user_id"] for message in published_messages("notifications.create_inapp_notification")] == [
            JONAS,
            ADMIN,
        ]
        many = client(AMARA).patch(url, {"text": "Ask all", "mentions": list(range(100, 119))}, format="json")
        assert_problem(many, 400, attr="mentions")

    def test_a_repeated_post_tells_nobody_again(self) -> None:
        make_person(JONAS)
        post(mentions=[JONAS], client_id="m")
        client(AMARA).post(LIST, {"text": "The share is mounted.", "client_id": "m", "mentions": [JONAS]})
        assert len(published_messages()) == 2

    def test_those_offered_are_those_who_may_read(self) -> None:
        make_person(ADMIN, roles=ADMIN_ROLES)
        make_person(STRANGER)
        readers = client(AMARA).get(f"/tickets/{NUMBER}/participants/").json()
        assert [(reader["user_id"], reader["relation"]) for reader in readers] == [
            (ADMIN, "admin"),
            (AMARA, "assignee"),
            (JONAS, "owner"),
        ]


class TestReadState:
    def test_counts_what_others_said_since(self) -> None:
        path = f"/tickets/{NUMBER}/read-state/"
        post(AMARA), post(JONAS), post(JONAS)
        assert client(AMARA).get(path).json() == {"last_read_seq": 0, "unread_comments": 2}
        assert client(AMARA).put(path, {"seq": 3}).json() == {"last_read_seq": 3, "unread_comments": 1}
        assert client(AMARA).put(path, {"seq": 1}).json()["last_read_seq"] == 3, "it never goes back"
        assert client(AMARA).put(path, {"seq": 999}).json() == {"last_read_seq": 4, "unread_comments": 0}
        assert client(JONAS).get(path).json() == {"last_read_seq": 0, "unread_comments": 1}

    def test_internal_notes_do_not_count_for_who_may_not_see_them(self) -> None:
        path = f"/tickets/{NUMBER}/read-state/"
        post(visibility="internal"), post(visibility="public")
        assert client(JONAS).get(path).json()["unread_comments"] == 2
        assert client(JONAS, roles=PLAIN_ROLES).get(path).json()["unread_comments"] == 1

    def test_an_edit_is_nothing_new(self) -> None:
        comment = post(JONAS)
        client(AMARA).put(f"/tickets/{NUMBER}/read-state/", {"seq": 2})
        client(JONAS).patch(f"/comments/{comment['id']}/", {"text": "Better."})
        assert client(AMARA).get(f"/tickets/{NUMBER}/read-state/").json()["unread_comments"] == 0


def test_the_pages_of_the_api_are_there() -> None:
    assert APIClient().get("/api/docs/").status_code == 200
    assert APIClient().get("/api/schema/").status_code == 200
    assert_problem(APIClient().get("/nothing/"), 404)
    assert_problem(client(AMARA).delete(LIST), 405)


class TestHowMuchOnePersonWrites:
    def test_has_a_limit_a_minute_over_all_tickets(self, settings: Any) -> None:
        settings.COMMENTS_PER_MINUTE = 3
        make_ticket("TX-2")
        first = post(client_id="first")
        post(), post()
        for number in (NUMBER, "TX-2"):
            answer = client(AMARA).post(f"/comments/?ticket_id={number}", {"text": "One more."})
            assert_problem(answer, 429, "throttled")
            assert answer["Retry-After"] == "60"
        reply = client(AMARA).post(f"/comments/{first['id']}/replies/", {"text": "One more."})
        assert_problem(reply, 429, "throttled")
        assert client(AMARA).post(LIST, {"text": first["text"], "client_id": "first"}).json() == first, (
            "a retry is no new one"
        )
        post(JONAS)

    @pytest.mark.django_db(transaction=True)
    def test_the_limit_is_exact_for_many_at_once(self, settings: Any) -> None:
        settings.COMMENTS_PER_MINUTE = 5
        numbers = [NUMBER, *(make_ticket(f"TX-{number}").ticket_number for number in range(3))]
        statuses: list[int] = []

        def write(number: str) -> None:
            try:
                statuses.append(client(AMARA).post(f"/comments/?ticket_id={number}", {"text": "At once."}).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=(numbers[index % 4],)) for index in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [201] * 5 + [429] * 11
        assert Comment.objects.count() == 5

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("is_reply", [False, True])
    def test_whoever_is_taken_off_while_the_write_waits_for_the_ticket_is_refused(
        self, ticket: Ticket, is_reply: bool
    ) -> None:
        path = f"/comments/{post(JONAS)['id']}/replies/" if is_reply else LIST
        statuses: list[int] = []

        def write() -> None:
            try:
                statuses.append(client(AMARA).post(path, {"text": "Too late."}).status_code)
            finally:
                connection.close()

        writer = threading.Thread(target=write)
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=ticket.pk)
            writer.start()
            wait_for_a_blocked_session()
            ticket.participants.filter(user_id=AMARA).delete()
        writer.join()
        assert statuses == [404]
        assert not Comment.objects.filter(author_id=AMARA).exists()


def wait_for_a_blocked_session() -> None:
    """Return when a session waits for this one's transaction."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Not pg_stat_activity, which shows the same all through a transaction.
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks held JOIN pg_locks wanted USING (transactionid)"
                " WHERE held.pid = pg_backend_pid() AND held.granted AND NOT wanted.granted)"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
