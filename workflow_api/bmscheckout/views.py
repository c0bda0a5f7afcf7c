"""Hand-offs to BMS over HTTP."""

from __future__ import annotations

from bmscheckout.models import BmsCheckout
from tickets.checkout_views import CheckoutViewSet


class BmsCheckoutViewSet(CheckoutViewSet):
    """Finished tickets that are handed off to BMS."""

    queryset = BmsCheckout.objects.all()
