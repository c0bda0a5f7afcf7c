"""JSON as Django's encoder writes it, several times as fast."""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder

_encode_other = DjangoJSONEncoder().default
# Times, people's classes and the like go through Django's encoder, so that both ways write the same.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dumps(value: Any) -> str:
    """Return the JSON text of a value for a jsonb column or a message. NaN becomes null."""
    try:
        return orjson.dumps(value, default=_encode_other, option=_OPTIONS).decode()
    except TypeError:  # an integer beyond 64 bits, a key that is no text, half a character
        return json.dumps(value, cls=DjangoJSONEncoder)
