"""How fast one may go."""

from __future__ import annotations

from sockets.limits import TokenBucket


def test_the_bucket_fills_again() -> None:
    bucket = TokenBucket(rate=10, burst=20)
    assert [bucket.take(0.0) for _ in range(21)] == [True] * 20 + [False]
    assert [bucket.take(0.35) for _ in range(4)] == [True] * 3 + [False]
    assert [bucket.take(100.0) for _ in range(21)] == [True] * 20 + [False]
