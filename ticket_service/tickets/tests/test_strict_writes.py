"""A field that a write does not know is refused by its name."""

from __future__ import annotations

from ticketing_testing.strict_writes import lenient_writes, writes

# A help desk's form may carry more than this service knows.
LENIENT = {"POST /tickets/": "TicketIn"}


def test_every_write_refuses_unknown_fields() -> None:
    assert len(list(writes())) > 5
    assert lenient_writes() == LENIENT
