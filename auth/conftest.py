"""Fixtures of this service's tests."""
