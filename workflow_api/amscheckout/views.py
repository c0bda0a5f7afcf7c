"""Hand-offs to AMS over HTTP."""

from __future__ import annotations

from amscheckout.models import AmsCheckout
from tickets.checkout_views import CheckoutViewSet


class AmsCheckoutViewSet(CheckoutViewSet):
    """Finished tickets that are handed off to AMS."""

    queryset = AmsCheckout.objects.all()
