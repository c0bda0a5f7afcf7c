"""Runs the whole system on one machine without containers. Only the standard library is needed here."""
