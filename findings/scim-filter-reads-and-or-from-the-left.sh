#!/usr/bin/env bash
# scim2-filter-parser: `a or b and c` is read from the left, not with `and` before `or`
#
# Expected: RFC 7644 (3.4.2.2) gives `and` precedence over `or`: `a or b and c` means `a or (b and c)`.
# Happens: the parser gives both the same precedence and groups from the left: `(a or b) and c`. Written the other way
#   round, `c and b or a`, the same filter is read as the standard says, so a test of one order does not notice. A
#   second thing in passing: active eq "True", the text that some directories send, becomes a comparison of texts.
# Why it matters here: a directory that asks for `userName eq "x" or externalId eq "y" and active eq true` gets other
#   people than it asked for, and creates a second account for one that exists.
#
# scim2-filter-parser 0.7.0 with Django 5.2.19.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0 django==5.2.19 2>/dev/null
cat > read.py <<'PY'
from importlib.metadata import version

from scim2_filter_parser.transpilers.django_q_object import get_query

FIELDS = {("userName", None, None): "username", ("active", None, None): "is_active"}
print(f"scim2-filter-parser {version('scim2-filter-parser')}")


def outermost(text):
    query = get_query(text, FIELDS)
    print(f"{text}\n    {query}")
    return query.connector


assert outermost('userName eq "a" or userName eq "b" and active eq true') == "AND"
assert outermost('active eq true and userName eq "b" or userName eq "a"') == "OR"
text = str(get_query('active eq "True"', FIELDS))
print(f'active eq "True"\n    {text}')
assert "is_active__iexact" in text, text
PY
venv/bin/python read.py
echo "unchanged: the parser groups from the left"
