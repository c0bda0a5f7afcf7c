#!/usr/bin/env bash
# scim2-models: the way in which Entra ID removes a member removes nobody, and is no error
#
# Expected: with the policy `remove_value_as_filter=apply` ("as Microsoft Entra sends it"), Microsoft's own example of
#   the request removes the member:
#   {"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "17"}]}
# Happens: every key of the entry becomes a condition, `$ref eq null` as well. Members of a server that shows their
#   `$ref`, as the standard wants, never fit: the patch changes nothing and reports success. A `display` that was
#   written differently has the same effect. Without the `$ref` key, the member is removed.
# Why it matters here: who was taken out of a group in the directory would stay in it here, and nobody would be told.
#   What a remove names is read by its ids alone.
#
# scim2-models 0.12.3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check scim2-models==0.12.3 2>/dev/null
cat > remove.py <<'PY'
from importlib.metadata import version

from scim2_models import Context, Group, PatchOp, ScimPolicy

print("scim2-models", version("scim2-models"))
POLICY = ScimPolicy(remove_value_as_filter=ScimPolicy.RemoveValue.apply)


def members_after(entry):
    stored = [{"value": number, "$ref": f"https://tickets.example.com/scim/v2/Users/{number}"} for number in ("17", "18")]
    group = Group(display_name="Support", members=stored)
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Remove", "path": "members", "value": [entry]}],
    }
    patch = PatchOp[Group].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY)
    is_changed = patch.patch(group, scim_policy=POLICY)
    ids = [member.value for member in group.members]
    print(f"remove {entry}\n    changed: {is_changed}, members: {ids}")
    return ids


assert members_after({"value": "17"}) == ["18"]
assert members_after({"$ref": None, "value": "17"}) == ["17", "18"]
assert members_after({"display": "Anna", "value": "17"}) == ["17", "18"]
PY
venv/bin/python remove.py
echo "unchanged: a reference that is null selects nobody"
