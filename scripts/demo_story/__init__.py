"""Pushes one real ticket through the running system and tells what happens, step by step."""
