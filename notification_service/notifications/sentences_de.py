"""What services say of an event, in German: subject and message by code, with the parameters of the event.

The service that publishes the event has the English sentence; the contract tests compare codes and parameters.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # workflow_api: tickets
    "sla_at_risk_ticket": (
        "{ticket}: Frist läuft bald ab",
        "Die Frist des Tickets läuft bald ab: {ticket} „{subject}“.",
    ),
    "sla_at_risk_step": (
        "{ticket}: Frist läuft bald ab",
        "Die Frist des Schritts „{step}“ läuft bald ab: {ticket} „{subject}“.",
    ),
    "sla_breached_ticket": (
        "{ticket}: Frist überschritten",
        "Die Frist des Tickets ist überschritten: {ticket} „{subject}“.",
    ),
    "sla_breached_step": (
        "{ticket}: Frist überschritten",
        "Die Frist des Schritts „{step}“ ist überschritten: {ticket} „{subject}“.",
    ),
    "hold_over": (
        "{ticket} ist nicht mehr zurückgestellt",
        "Die Zeit der Zurückstellung ist abgelaufen. {ticket} „{subject}“ wird fortgesetzt.",
    ),
    "hold_ends_soon": (
        "Die Zurückstellung von {ticket} endet bald",
        "{ticket} „{subject}“ ist bis {ends_at} zurückgestellt.",
    ),
    "reassigned_in_role": (
        "{ticket} hat einen neuen Bearbeiter",
        "Der bisherige Bearbeiter hat die Rolle {role} nicht mehr. Das Ticket ging an jemand anderen mit dieser Rolle.",
    ),
    "question_to_requester": (
        "Eine Frage zu Ihrem Ticket {ticket}",
        "Wir brauchen eine Antwort von Ihnen, bevor wir weitermachen können:\n\n{reason}",
    ),
    "ticket_resolved": ("Ihr Ticket {ticket} ist gelöst", "Ihr Ticket „{subject}“ ({ticket}) ist gelöst."),
    "ticket_rejected": ("Ihr Ticket {ticket} ist abgelehnt", "Ihr Ticket „{subject}“ ({ticket}) ist abgelehnt."),
    "ticket_reopened": (
        "{ticket} wurde wieder geöffnet",
        "{ticket} „{subject}“ wurde wieder geöffnet. {reason}",
    ),
    "ticket_cancelled": ("{ticket} wurde storniert", "{ticket} „{subject}“ wurde storniert. {reason}"),
    "ticket_changed": (
        "{ticket} wurde von der Quelle geändert",
        "{ticket} „{subject}“ wurde geändert. {changes}.",
    ),
    "ticket_changed_route": (
        "{ticket} wurde von der Quelle geändert",
        "{ticket} „{subject}“ wurde geändert. {changes}. Das Ticket gehört jetzt vielleicht zu {workflow}: Stellen Sie "
        "es in diesem Fall um.",
    ),
    "vote_void_changed": (
        "Ihre Stimme zu {ticket} ist ungültig",
        "Ihre Stimme zu {ticket} „{subject}“ ist ungültig, weil sich das Ticket geändert hat: {fields}.",
    ),
    "vote_void_requester": (
        "Ihre Stimme zu {ticket} ist ungültig",
        "Ihre Stimme zu {ticket} „{subject}“ ist ungültig, weil Sie jetzt als Antragsteller bekannt sind.",
    ),
    "lead_called_undecidable": (
        "{ticket} braucht einen Administrator",
        "{ticket} „{subject}“: Zu wenige Personen der Rolle {role} können noch abstimmen, um die Genehmigung zu "
        "erteilen.",
    ),
    "lead_called_assignee_away": (
        "{ticket} braucht einen Administrator",
        "{ticket} „{subject}“: Der Bearbeiter ist abwesend, und niemand mit der Rolle {role} ist verfügbar.",
    ),
    "nobody_available": (
        "{ticket} wartet auf einen Bearbeiter",
        "Niemand mit der Rolle {role} kann {ticket} jetzt übernehmen. Das Ticket wartet in der Warteschlange.",
    ),
    "task_transferred": ("{ticket} wurde übertragen", "{ticket} „{subject}“ wurde übertragen. {reason}"),
    "task_transferred_to": (
        "{ticket} wurde an {name} übertragen",
        "{ticket} „{subject}“ wurde an {name} übertragen. {reason}",
    ),
    "task_escalated": ("{ticket} wurde eskaliert", "{ticket} „{subject}“ wurde eskaliert. {reason}"),
    "task_escalated_to": (
        "{ticket} wurde an {name} eskaliert",
        "{ticket} „{subject}“ wurde an {name} eskaliert. {reason}",
    ),
    "escalated_nobody_above": (
        "{ticket} braucht einen Administrator",
        "{ticket} wurde eskaliert, aber es gibt keine Stelle darüber. {reason}",
    ),
    "escalated_role_unavailable": (
        "{ticket} braucht einen Administrator",
        "{ticket} wurde eskaliert, aber niemand mit der Rolle {role} ist verfügbar. {reason}",
    ),
    "approval_requested": (
        "{ticket} wartet auf Ihre Entscheidung",
        "{ticket} „{subject}“ wartet im Schritt „{step}“ auf Genehmigung.",
    ),
    "ticket_returned": ("{ticket} kam zu Ihnen zurück", "{comment}"),
    "step_entered_by": (
        "{ticket} ist jetzt im Schritt „{step}“",
        "{actor} hat {ticket} „{subject}“ in den Schritt „{step}“ weitergeleitet.",
    ),
    "step_entered": (
        "{ticket} ist jetzt im Schritt „{step}“",
        "{ticket} „{subject}“ ging von selbst in den Schritt „{step}“ weiter.",
    ),
    "handoff_failed": (
        "Übergabe von {ticket} an {system} fehlgeschlagen",
        "{system} hat {ticket} nicht angenommen. {error}",
    ),
    "reminder": ("Erinnerung: {ticket}", "Sie wollten an {ticket} „{subject}“ erinnert werden. {note}"),
    "reminder_completed": (
        "Erinnerung: {ticket}",
        "Sie wollten an {ticket} „{subject}“ erinnert werden. Das Ticket wurde inzwischen abgeschlossen. {note}",
    ),
    "reminder_rejected": (
        "Erinnerung: {ticket}",
        "Sie wollten an {ticket} „{subject}“ erinnert werden. Das Ticket wurde inzwischen abgelehnt. {note}",
    ),
    "reminder_cancelled": (
        "Erinnerung: {ticket}",
        "Sie wollten an {ticket} „{subject}“ erinnert werden. Das Ticket wurde inzwischen storniert. {note}",
    ),
    # workflow_api: workflows
    "deployment_requested": (
        "Bereitstellung angefordert: {workflow}",
        "{actor} bittet Sie, {workflow} zu prüfen und bereitzustellen. {reason}",
    ),
    "workflow_deployed": (
        "Bereitgestellt: {workflow}",
        "{actor} hat Version {version} von {workflow} bereitgestellt, wie von Ihnen gewünscht.",
    ),
    # messaging
    "comment_refused": ("Ihr Kommentar zu {ticket} wurde nicht veröffentlicht", "{reason}"),
    "mail_refused": (
        "Ihre E-Mail wurde nicht angenommen",
        "Ihre E-Mail „{mail}“ wurde nicht zu einem Kommentar zu {ticket}. {reason}",
    ),
    "mention": ("{actor} hat Sie in {ticket} erwähnt", "{excerpt}"),
    "mention_internal": ("{actor} hat Sie in {ticket} erwähnt", "In einer internen Notiz."),
    "mention_files": ("{actor} hat Sie in {ticket} erwähnt", "Nur mit Dateien."),
    "requester_reply": ("{actor} hat auf {ticket} geantwortet", "{excerpt}"),
    # auth: what a mail about an account says of a fact; only the message counts
    "device": ("", "{browser} unter {system}"),
    "profile_fields": ("", "Geändert: {fields}."),
    "password_changed": ("", "Ihr Passwort wurde geändert."),
    "password_changed_passkeys": (
        "",
        "Ihr Passwort wurde geändert. Passkeys, mit denen man sich weiterhin bei Ihrem Konto anmelden kann: "
        "{passkeys}. Entfernen Sie jeden, der nicht Ihnen gehört.",
    ),
    "passkey_added": (
        "",
        "Ein Passkey wurde hinzugefügt: {passkeys}. Mit ihm meldet man sich ohne Passwort bei Ihrem Konto an.",
    ),
    "passkey_removed": ("", "Entfernt: der Passkey {passkeys}."),
    "passkeys_removed": ("", "Entfernt: die Passkeys {passkeys}."),
    "second_factor_none": ("", "Ihr Konto fragt nicht mehr nach einem zweiten Faktor."),
    "second_factor_email": ("", "Ihr Konto fragt jetzt nach einem Code, der per E-Mail kommt."),
    "second_factor_totp": ("", "Ihr Konto fragt jetzt nach einem Code Ihrer Authenticator-App."),
    "second_factor_passkey": ("", "Ihr Konto fragt nach dem Passwort jetzt nach einem Passkey."),
}

# Items of lists of parameters, such as names of fields.
ITEMS = {
    "email": "E-Mail-Adresse",
    "username": "Benutzername",
    "phone_number": "Telefonnummer",
    "subject": "Betreff",
    "description": "Beschreibung",
    "priority": "Priorität",
    "category": "Kategorie",
    "sub_category": "Unterkategorie",
    "department": "Abteilung",
}
