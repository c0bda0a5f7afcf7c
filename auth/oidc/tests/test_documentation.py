"""What docs/operations/sign-in.md shows can be used as it stands."""

from __future__ import annotations

from pathlib import Path

from django.test import override_settings

from oidc.providers import from_setting, problems_of_setting


def test_the_example_of_the_documentation_can_be_used() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations" / "sign-in.md").read_text()
    example = page.split("```json")[1].split("```")[0]
    with override_settings(OIDC_PROVIDERS=example):
        assert problems_of_setting() == []
        (provider,) = from_setting().values()
    assert (provider.slug, len(provider.roles), provider.creates_accounts) == ("acme", 3, True)
