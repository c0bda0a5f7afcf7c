"""Hand-offs to BMS over HTTP."""

from __future__ import annotations

from workflowmanager import handoffs
from workflowmanager.checkout_views import CheckoutViewSet


class BmsCheckoutViewSet(CheckoutViewSet):
    """Finished tickets that are handed off to BMS."""

    system = handoffs.BMS
