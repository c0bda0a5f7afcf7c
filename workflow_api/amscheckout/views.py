"""Hand-offs to AMS over HTTP."""

from __future__ import annotations

from workflowmanager import handing_off
from workflowmanager.checkout_views import CheckoutViewSet


class AmsCheckoutViewSet(CheckoutViewSet):
    """Finished tickets that are handed off to AMS."""

    system = handing_off.AMS
