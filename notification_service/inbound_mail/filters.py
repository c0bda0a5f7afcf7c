from __future__ import annotations

import django_filters

from inbound_mail.models import InboundMail


class InboundMailFilter(django_filters.FilterSet):  # type: ignore[misc]
    verdict = django_filters.MultipleChoiceFilter(choices=InboundMail.Verdict.choices)
    reason = django_filters.CharFilter()
    sender = django_filters.CharFilter(lookup_expr="iexact")
    ticket_number = django_filters.CharFilter()

    class Meta:
        model = InboundMail
        fields: list[str] = []
