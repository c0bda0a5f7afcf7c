#!/usr/bin/env bash
# scim2-models: adding a member who is in the group already doubles the member
#
# Expected: RFC 7644 (3.5.2.1) on `add`: where the value exists already, no changes are made to the resource. Clients
#   add members by {"value": "17"} alone, and repeat themselves; the id says who is meant.
# Happens: the patch compares whole entries. A member who is stored with `$ref` and `type`, as servers show them, is
#   another entry than {"value": "17"} and is added once more; of two equal entries in one operation both are kept, too.
#   The patch says that it has changed the group.
# Why it matters here: a directory that sends members again doubles them, or meets the unique constraint of the database
#   as a server error. The groups' operations are read into sets of ids instead.
#
# scim2-models 0.12.3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check scim2-models==0.12.3 2>/dev/null
cat > add.py <<'PY'
from importlib.metadata import version

from scim2_models import Group, PatchOp

print("scim2-models", version("scim2-models"))


def members_after(before, added):
    group = Group(display_name="Support", members=before)
    patch = PatchOp[Group](operations=[{"op": "add", "path": "members", "value": added}])
    is_changed = patch.patch(group)
    ids = [member.value for member in group.members]
    print(f"{before} + {added}\n    changed: {is_changed}, members: {ids}")
    return ids


stored = {"value": "17", "$ref": "https://tickets.example.com/scim/v2/Users/17", "type": "User"}
assert members_after([stored], [{"value": "17"}]) == ["17", "17"]
assert members_after([], [{"value": "17"}, {"value": "17"}]) == ["17", "17"]
assert members_after([stored], [stored]) == ["17"]
PY
venv/bin/python add.py
echo "unchanged: a member is compared as a whole, not by the id"
