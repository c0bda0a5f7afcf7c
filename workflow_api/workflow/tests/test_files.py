"""Workflows as files: a preview, an update of the workflow of the name, and the command of pipelines."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from audit.models import AuditLog
from audit.services import verify
from role.models import Person
from step.models import Step, Transition
from ticketing_testing.clients import assert_problem, client_for
from workflow.models import Calendar, Workflow, WorkflowVersion
from workflow.tests import factories as story

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()
    Person.objects.update_or_create(
        user_id=1, defaults={"full_name": "Ines Duarte", "email": "ines@example.com", "is_active": True}
    )


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


def exported(admin: APIClient, workflow: Workflow) -> dict[str, Any]:
    document: dict[str, Any] = admin.get(f"/workflows/{workflow.pk}/export/").json()
    return document


def preview(admin: APIClient, document: dict[str, Any]) -> dict[str, Any]:
    answer = admin.post("/workflows/import/preview/", {"document": document})
    assert answer.status_code == 200, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def apply(admin: APIClient, document: dict[str, Any], **given: Any) -> Any:
    if "edit_version" not in given:
        given["edit_version"] = preview(admin, document)["edit_version"]
    return admin.post("/workflows/import/apply/", {"document": document, **given})


def export_text(name: str) -> str:
    out = io.StringIO()
    call_command("workflow", "export", name, stdout=out)
    return out.getvalue()


def refused(*words: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        call_command("workflow", *words, stdout=io.StringIO())
    return caught.value


def rich() -> Workflow:
    """Return a draft that says something of everything."""
    calendar = Calendar.objects.create(name="Büro", hours={"0": [["08:00", "17:00"]]})
    condition = {"all": [{"field": "priority", "op": "in", "value": ["high", "urgent"]}]}
    steps = [{**step, "position": {"y": -3.5, "x": 10.0}} for step in story.APPROVAL_STEPS]
    edges = [{**edge, "condition": condition} if edge["name"] == "Approve" else edge for edge in story.APPROVAL_EDGES]
    return story.draft(
        steps=steps,
        edges=edges,
        calendar_id=calendar.pk,
        field_types={"dynamic_data.zone": "text", "dynamic_data.amount": "number"},
    )


class TestFile:
    def test_is_byte_for_byte_the_same_after_an_import(self, tmp_path: Path) -> None:
        workflow = rich()
        text = export_text(workflow.name)
        path = tmp_path / "workflow.json"
        path.write_text(text)
        Workflow.objects.filter(pk=workflow.pk).update(name="Old")

        call_command("workflow", "import", str(path), stdout=io.StringIO())

        assert Workflow.objects.get(name=workflow.name).pk != workflow.pk
        assert export_text(workflow.name) == text
        assert [step["ref"] for step in json.loads(text)["steps"]] == ["Review", "Approve", "Granted", "Rejected"]

    def test_tells_steps_of_one_name_apart(self, admin: APIClient) -> None:
        workflow = rich()
        Step.objects.filter(workflow=workflow, is_end=True).update(name="Over")
        document = exported(admin, workflow)

        assert [step["ref"] for step in document["steps"]] == ["Review", "Approve", "Over", "Over #2"]
        assert preview(admin, document)["effect"] == "none"

    def test_has_the_order_of_its_lists_and_no_other(self, admin: APIClient) -> None:
        document = exported(admin, rich())
        document["steps"][0]["order"] = 3

        answer = admin.post("/workflows/import/preview/", {"document": document})

        assert_problem(answer, 400, "document_invalid", "steps.0.order")

    def test_of_the_first_format_is_still_read(self, admin: APIClient) -> None:
        workflow = rich()
        document = exported(admin, workflow)
        calendar = Calendar.objects.get()
        old = {
            **document,
            "format": "ticket-tracking-workflow/1",
            "calendar": calendar.snapshot(),
            "steps": [{**step, "ref": f"step-{at}", "order": at} for at, step in enumerate(document["steps"])],
        }
        names = {step["ref"]: f"step-{at}" for at, step in enumerate(document["steps"])}
        old["transitions"] = [
            {**edge, "from": names[edge["from"]], "to": names[edge["to"]]} for edge in document["transitions"]
        ]

        assert preview(admin, old)["effect"] == "none"


class TestPreview:
    def test_shows_what_differs_and_changes_nothing(self, admin: APIClient) -> None:
        workflow = story.deployed()
        document = exported(admin, workflow)
        document["description"] = "For laptops"
        document["sla_seconds"]["high"] = 7200
        document["steps"][1]["instruction"] = "Mend it."
        before, rows = story.fresh(workflow), AuditLog.objects.count()

        found = preview(admin, document)

        assert (found["effect"], found["workflow_id"]) == ("update", workflow.pk)
        assert found["edit_version"] == before.edit_version
        assert {change["field"] for change in found["changes"]["policy"]} == {"description", "high_sla"}
        assert [part["name"] for part in found["changes"]["steps"]["changed"]] == ["Resolve"]
        assert '-    "high": 28800,\n+    "high": 7200,\n' in found["diff"]
        after = story.fresh(workflow)
        assert (after.edit_version, after.description, after.fingerprint) == (
            before.edit_version,
            before.description,
            before.fingerprint,
        )
        assert AuditLog.objects.count() == rows

    def test_of_a_new_name_says_that_it_creates(self, admin: APIClient) -> None:
        document = {**exported(admin, rich()), "name": "Another"}

        found = preview(admin, document)

        assert (found["effect"], found["workflow_id"], found["edit_version"]) == ("create", None, None)
        assert not Workflow.objects.filter(name="Another").exists()

    def test_names_what_keeps_the_draft_from_a_deploy(self, admin: APIClient) -> None:
        document = exported(admin, rich())
        document["sla_seconds"]["low"] = None

        assert any("low" in error for error in preview(admin, document)["errors"])

    def test_refuses_unknown_names_with_each_of_them(self, admin: APIClient) -> None:
        document = exported(admin, rich())
        document["steps"][0]["role"] = "Wizards"
        document["coordinator_role"] = "Captains"
        document["calendar"] = "Moon"

        body = assert_problem(admin.post("/workflows/import/preview/", {"document": document}), 400, "names_unknown")

        assert (body["roles"], body["calendars"]) == (["Captains", "Wizards"], ["Moon"])

    @pytest.mark.parametrize(
        ("change", "code", "attr"),
        [
            (lambda document: document.update(colour="red"), "unknown_field", "document.colour"),
            (lambda document: document["steps"][1].update(rol="x"), "unknown_field", "document.steps.1.rol"),
            (lambda document: document["transitions"][0].update(to="Nowhere"), "graph_invalid", "transitions.0.to"),
            (lambda document: document["steps"][1].update(ref="Review"), "graph_invalid", "steps.1.ref"),
        ],
    )
    def test_refuses_what_it_can_not_read(self, change: Any, code: str, attr: str, admin: APIClient) -> None:
        document = exported(admin, rich())
        change(document)

        assert_problem(admin.post("/workflows/import/preview/", {"document": document}), 400, code, attr)


class TestApply:
    def test_updates_the_workflow_of_the_name_and_keeps_its_steps(self, admin: APIClient) -> None:
        workflow = story.deployed()
        document = exported(admin, workflow)
        ids = dict(Step.objects.filter(workflow=workflow).values_list("name", "pk"))
        edges = dict(Transition.objects.filter(workflow=workflow).values_list("name", "pk"))
        document["steps"][1] |= {"name": "Repair", "weight": "2.00"}  # known by its ref
        document["steps"].insert(1, {"ref": "Check", "name": "Check", "role": "IT Support", "instruction": "Look."})
        document["transitions"][0]["to"] = "Check"
        document["transitions"].append({"from": "Check", "to": "Resolve", "name": "Checked"})

        answer = apply(admin, document, reason="Checked first")

        assert answer.status_code == 200, answer.json()
        now = dict(Step.objects.filter(workflow=workflow).order_by("order").values_list("name", "pk"))
        assert list(now) == ["Triage", "Check", "Repair", "Done"]
        assert (now["Triage"], now["Repair"], now["Done"]) == (ids["Triage"], ids["Resolve"], ids["Done"])
        kept = dict(Transition.objects.filter(workflow=workflow).values_list("name", "pk"))
        assert {name: kept[name] for name in ("Back", "Resolved")} == {
            name: edges[name] for name in ("Back", "Resolved")
        }
        assert preview(admin, document)["effect"] == "none"  # the same file again
        row = AuditLog.objects.filter(action="workflow.imported").latest("pk")
        assert (row.actor_id, row.reason) == (1, "Checked first")
        assert row.old is not None
        assert row.new is not None
        assert (row.old["steps"][1]["name"], row.new["steps"][1]["name"]) == ("Resolve", "Check")
        assert story.fresh(workflow).current_version.number == 1  # type: ignore[union-attr]

    def test_gives_what_the_file_leaves_out_its_default(self, admin: APIClient) -> None:
        workflow = rich()
        document = exported(admin, workflow)
        for name in ("at_risk_percent", "calendar", "field_types", "description", "sla_seconds"):
            document.pop(name)
        document["steps"][1].pop("position")
        document["transitions"] = [
            {name: value for name, value in edge.items() if name != "condition"} for edge in document["transitions"]
        ]

        assert apply(admin, document).status_code == 200

        after = exported(admin, workflow)
        assert (after["calendar"], after["field_types"], after["sla_seconds"]["low"]) == (None, {}, None)
        assert after["steps"][1]["position"] == {}
        assert {edge["condition"] for edge in after["transitions"]} == {None}

    def test_stores_nothing_where_nothing_differs(self, admin: APIClient) -> None:
        workflow = story.deployed()
        before, rows = story.fresh(workflow).edit_version, AuditLog.objects.count()

        answer = apply(admin, exported(admin, workflow), deploy=True)

        assert (answer.json()["effect"], answer.json()["version"]) == ("none", None)
        assert (story.fresh(workflow).edit_version, AuditLog.objects.count()) == (before, rows)

    def test_is_refused_when_the_draft_was_changed_since_the_preview(self, admin: APIClient) -> None:
        workflow = rich()
        document = {**exported(admin, workflow), "at_risk_percent": 50}
        seen = preview(admin, document)["edit_version"]
        story.edit(workflow, at_risk_percent=60)

        body = assert_problem(apply(admin, document, edit_version=seen), 409, "stale_edit_version")

        assert body["edit_version"] == story.fresh(workflow).edit_version
        assert story.fresh(workflow).at_risk_percent == 60

    def test_is_refused_when_the_name_was_taken_or_given_up_since(self, admin: APIClient) -> None:
        workflow = rich()
        document = exported(admin, workflow)

        assert_problem(apply(admin, document, edit_version=None), 409, "name_taken")
        other = {**document, "name": "Another"}
        assert_problem(apply(admin, other, edit_version=1), 409, "stale_edit_version")
        assert not Workflow.objects.filter(name="Another").exists()

    def test_deploys_with_the_reason(self, admin: APIClient) -> None:
        document = {**exported(admin, rich()), "name": "Another", "category": "Others"}

        answer = apply(admin, document, deploy=True, reason="From the repository")

        assert (answer.json()["effect"], answer.json()["version"]) == ("create", 1), answer.json()
        version = WorkflowVersion.objects.get(workflow__name="Another")
        assert (version.reason, version.deployed_by_id) == ("From the repository", 1)
        assert verify().is_valid

    def test_takes_the_update_back_when_it_can_not_be_deployed(self, admin: APIClient) -> None:
        workflow = story.deployed()
        document = exported(admin, workflow)
        document["sla_seconds"]["low"] = None

        assert_problem(apply(admin, document, deploy=True), 409, "definition_invalid")

        assert story.fresh(workflow).low_sla is not None

    def test_is_refused_for_an_archived_workflow(self, admin: APIClient) -> None:
        workflow = rich()
        document = {**exported(admin, workflow), "at_risk_percent": 50}
        admin.post(f"/workflows/{workflow.pk}/archive/", {})

        assert_problem(admin.post("/workflows/import/preview/", {"document": document}), 409, "illegal_move")


class TestCommand:
    def write(self, path: Path, document: dict[str, Any]) -> str:
        path.write_text(json.dumps(document))
        return str(path)

    def test_check_exits_with_1_and_the_diff_where_the_file_differs(self, admin: APIClient, tmp_path: Path) -> None:
        workflow = rich()
        path = tmp_path / "file.json"
        call_command("workflow", "export", workflow.name, "--output", str(path))
        call_command("workflow", "import", str(path), "--check", stdout=io.StringIO())
        self.write(path, {**json.loads(path.read_text()), "at_risk_percent": 50})
        out = io.StringIO()

        with pytest.raises(CommandError) as caught:
            call_command("workflow", "import", str(path), "--check", stdout=out)

        assert caught.value.returncode == 1
        assert '-  "at_risk_percent": 75,\n+  "at_risk_percent": 50,\n' in out.getvalue()
        assert story.fresh(workflow).at_risk_percent == 75

    def test_deploys_on_behalf_of_somebody(self, admin: APIClient, tmp_path: Path) -> None:
        workflow = story.deployed()
        path = self.write(tmp_path / "file.json", {**exported(admin, workflow), "at_risk_percent": 50})
        out = io.StringIO()

        words = ("import", path, "--deploy", "--actor", "Ines@example.com", "--reason", "Merged")
        call_command("workflow", *words, stdout=out)

        assert out.getvalue().endswith(f"{workflow.name}: updated, deployed as version 2.\n")
        version = WorkflowVersion.objects.get(workflow=workflow, number=2)
        assert (version.deployed_by_id, version.reason, version.at_risk_percent) == (1, "Merged", 50)
        rows = AuditLog.objects.filter(action__in=["workflow.imported", "workflow.deployed"], reason="Merged")
        assert {row.actor_name for row in rows} == {"Ines Duarte"}
        assert len(rows) == 2

    def test_says_why_it_refuses_and_exits_with_2(self, admin: APIClient, tmp_path: Path) -> None:
        document = exported(admin, rich())
        path = tmp_path / "file.json"
        cases = [
            ({**document, "colour": "red"}, (), "colour: This field is unknown"),
            ({**document, "coordinator_role": "Captains"}, (), "names_unknown: Not known here: role Captains."),
            ({**document, "at_risk_percent": 50}, ("--edit-version", "99"), "stale_edit_version"),
            (document, ("--deploy",), "--deploy needs --actor and --reason."),
            (document, ("--actor", "nobody@example.com"), "nobody@example.com"),
            ({**document, "sla_seconds": {}}, ("--deploy", "--actor", "ines@example.com", "--reason", "x"), "low"),
        ]
        for given, words, message in cases:
            error = refused("import", self.write(path, given), *words)
            assert (error.returncode, message in str(error)) == (2, True), (words, str(error))
        path.write_text("{")
        assert refused("import", str(path)).returncode == 2
        assert refused("export", "Nobody's").returncode == 2
        assert exported(admin, Workflow.objects.get()) == document


class TestSchema:
    schema = json.loads((DOCS / "workflow-file.schema.json").read_text())

    def test_takes_what_an_export_gives(self, admin: APIClient) -> None:
        jsonschema_rs.validator_for(self.schema).validate(exported(admin, rich()))
        jsonschema_rs.validator_for(self.schema).validate(exported(admin, story.deployed("Other", category="Other")))

    @pytest.mark.parametrize(
        "change",
        [
            lambda document: document.update(colour="red"),
            lambda document: document.update(format="ticket-tracking-workflow/3"),
            lambda document: document.update(at_risk_percent=100),
            lambda document: document.update(reopen_days=-1),
            lambda document: document.update(end_logic="sometimes"),
            lambda document: document.pop("name"),
            lambda document: document.pop("steps"),
            lambda document: document["sla_seconds"].update(soon=1),
            lambda document: document["sla_seconds"].update(low=0),
            lambda document: document["steps"][0].update(rol="x"),
            lambda document: document["steps"][0].update(kind="other"),
            lambda document: document["steps"][0].update(order=1),
            lambda document: document["steps"][0].update(position={"z": 1}),
            lambda document: document["steps"][0].update(approval={"mode": "all"}),
            lambda document: document["steps"][0].pop("ref"),
            lambda document: document["transitions"][0].update(outcome="other"),
            lambda document: document["transitions"][0].update(condition=3),
            lambda document: document["transitions"][0].pop("from"),
        ],
    )
    def test_refuses_what_an_import_refuses(self, change: Any, admin: APIClient) -> None:
        document = copy.deepcopy(exported(admin, rich()))
        change(document)

        assert not jsonschema_rs.validator_for(self.schema).is_valid(document)
        assert admin.post("/workflows/import/preview/", {"document": document}).status_code == 400

    def test_names_every_part_that_an_export_has(self, admin: APIClient) -> None:
        document = exported(admin, rich())

        assert set(self.schema["properties"]) == set(document)
        assert set(self.schema["$defs"]["step"]["properties"]) == set(document["steps"][0])
        assert set(self.schema["$defs"]["transition"]["properties"]) == set(document["transitions"][0])


class TestExampleOfTheDocs:
    def test_is_created_checked_and_deployed(self, tmp_path: Path) -> None:
        text = (DOCS / "workflows-as-files.md").read_text()
        example = text.split("```json\n", 1)[1].split("```", 1)[0]
        path = tmp_path / "laptop-repair.json"
        path.write_text(example)

        words = ("import", str(path), "--deploy", "--actor", "ines@example.com", "--reason", "The first version")
        call_command("workflow", *words, stdout=io.StringIO())
        call_command("workflow", "import", str(path), "--check", stdout=io.StringIO())

        assert WorkflowVersion.objects.get().name == json.loads(example)["name"]
        jsonschema_rs.validator_for(TestSchema.schema).validate(json.loads(example))
