"""Rehearsals of what goes wrong in production, each run by one command on a copy of its own."""
