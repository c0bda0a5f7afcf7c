"""How long generated examples may take: a busy machine is no fault of the product. Loaded by pytest's options."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
