"""Hand-offs to AMS over HTTP."""

from __future__ import annotations

from workflowmanager import handoffs
from workflowmanager.checkout_views import CheckoutViewSet


class AmsCheckoutViewSet(CheckoutViewSet):
    """Finished tickets that are handed off to AMS."""

    system = handoffs.AMS
