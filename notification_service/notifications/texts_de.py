"""German texts. People are addressed formally; docs/translation.md has the terms."""

from __future__ import annotations

from notifications.sentences_de import ITEMS as ITEMS
from notifications.sentences_de import SENTENCES as SENTENCES

PHRASES = {
    "greeting": "Guten Tag {full_name},",
    "greeting_unnamed": "Guten Tag,",
    "a_ticket": "Ein Ticket",
    "quoted": "„{text}“",
    "news": "Neues von {product}",
    "footer": "Gesendet von {product}.",
    "choose": "Benachrichtigungen auswählen",
    "detail_variable": "{label}, wie in den Angaben",
    "digest_intro": "Das ist geschehen:",
    "digest_subject_one": "{product}: 1 Ereignis",
    "digest_subject_other": "{product}: {count} Ereignisse",
    "answer_public": (
        "Antworten Sie auf diese E-Mail, um einen öffentlichen Kommentar zum Ticket zu schreiben. "
        "Der Antragsteller liest ihn ebenfalls."
    ),
    "answer_requester": "Antworten Sie auf diese E-Mail, um uns dazu zu schreiben.",
    "answer_internal": "Antworten Sie auf diese E-Mail, um eine interne Notiz zum Ticket zu schreiben.",
    "withdrawn": "Nicht mehr verfügbar",
    "comment_deleted": "Der Kommentar wurde gelöscht.",
    "priority_low": "Niedrig",
    "priority_medium": "Mittel",
    "priority_high": "Hoch",
    "priority_urgent": "Dringend",
    "priority_critical": "Kritisch",
}

_OPEN = "Ticket öffnen"
_NOT_YOU = "Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort und informieren Sie einen Administrator."

TYPES: dict[str, dict[str, str]] = {
    "task_assignment": {
        "label": "Mir wird ein Ticket zugewiesen",
        "subject": "Ihnen zugewiesen: {{ ticket }}",
        "sentence": "{{ ticket }} ist jetzt Ihnen zugewiesen.",
        "button": _OPEN,
    },
    "task_transferred": {
        "label": "Ein Ticket wird übertragen",
        "subject": "Übertragen: {{ ticket }}",
        "sentence": "{{ ticket }} hat jetzt einen anderen Bearbeiter.",
        "button": _OPEN,
    },
    "task_escalated": {
        "label": "Ein Ticket wird eskaliert",
        "subject": "Eskaliert: {{ ticket }}",
        "sentence": "{{ ticket }} wurde eskaliert und braucht Aufmerksamkeit.",
        "button": _OPEN,
    },
    "sla_at_risk": {
        "label": "Eine Frist läuft bald ab",
        "subject": "Frist läuft bald ab: {{ ticket }}",
        "sentence": "Der größte Teil der Zeit für {{ ticket }} ist verbraucht.",
        "button": _OPEN,
    },
    "sla_breached": {
        "label": "Eine Frist ist überschritten",
        "subject": "Frist überschritten: {{ ticket }}",
        "sentence": "{{ ticket }} wurde nicht in der vorgesehenen Zeit erledigt.",
        "button": _OPEN,
    },
    "task_returned": {
        "label": "Ein Ticket kommt zu mir zurück",
        "subject": "Zurückgegeben: {{ ticket }}",
        "sentence": "{{ ticket }} wurde zurückgegeben und muss noch einmal bearbeitet werden.",
        "button": _OPEN,
    },
    "approval_requested": {
        "label": "Meine Genehmigung wird angefordert",
        "subject": "Genehmigung angefordert: {{ ticket }}",
        "sentence": "{{ ticket }} wartet auf Ihre Entscheidung.",
        "button": "Lesen und entscheiden",
    },
    "handoff_failed": {
        "label": "Eine Übergabe an ein anderes System schlägt fehl",
        "subject": "Übergabe fehlgeschlagen: {{ ticket }}",
        "sentence": (
            "{{ ticket }} konnte nicht übergeben werden. Das Ticket bleibt offen, bis die Übergabe gelingt oder auf "
            "sie verzichtet wird."
        ),
        "button": _OPEN,
    },
    "mention": {
        "label": "Jemand erwähnt mich",
        "subject": "Sie wurden erwähnt: {{ ticket }}",
        "sentence": "Jemand hat Sie in der Unterhaltung zu {{ ticket }} erwähnt.",
        "button": "Lesen und antworten",
    },
    "requester_reply": {
        "label": "Der Helpdesk antwortet auf mein Ticket",
        "subject": "Antwort zu {{ ticket }}",
        "sentence": "Der Helpdesk hat auf {{ ticket }} geantwortet.",
        "button": "Lesen und antworten",
    },
    "ticket_answer": {
        "label": "Antworten auf Tickets, die per E-Mail kamen",
        "subject": "Re: {{ task_title }}",
        "sentence": "{{ message }}",
        "closing": "Es geht um Ihre Anfrage „{{ task_title }}“, Nummer {{ ticket_number }}.",
    },
    "password_reset": {
        "label": "Passwort zurücksetzen",
        "subject": "Passwort zurücksetzen",
        "sentence": "Jemand, vermutlich Sie, möchte ein neues Passwort für Ihr Konto festlegen.",
        "button": "Neues Passwort festlegen",
        "closing": (
            "Der Link gilt einmal. Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail: Ihr Passwort "
            "bleibt, wie es ist."
        ),
    },
    "login_alert": {
        "label": "Anmeldung von einem neuen Gerät",
        "subject": "Neue Anmeldung bei Ihrem Konto",
        "sentence": "Ihr Konto wurde von einem bisher unbekannten Gerät oder Ort aus für eine Anmeldung verwendet.",
        "closing": _NOT_YOU,
        "button": "Sitzungen ansehen",
    },
    "failed_login": {
        "label": "Fehlgeschlagene Anmeldungen",
        "subject": "Fehlgeschlagene Anmeldeversuche bei Ihrem Konto",
        "sentence": "Jemand hat versucht, sich bei Ihrem Konto anzumelden, und ist gescheitert.",
        "closing": _NOT_YOU,
    },
    "otp_code": {
        "label": "Anmeldecode",
        "subject": "Ihr Anmeldecode",
        "sentence": "Ihr Code für die Anmeldung lautet {{ code }}",
        "inapp": "Ein Anmeldecode wurde Ihnen per E-Mail gesendet.",
        "closing": (
            "Der Code gilt einmal. Niemand vom Helpdesk wird Sie je danach fragen. Wenn nicht Sie sich gerade "
            "anmelden, kennt jemand Ihr Passwort: Ändern Sie es."
        ),
    },
    "address_code": {
        "label": "Code für eine neue E-Mail-Adresse",
        "subject": "E-Mail-Adresse bestätigen",
        "sentence": "Ihr Code zum Bestätigen dieser E-Mail-Adresse lautet {{ code }}",
        "inapp": "Ein Code zum Bestätigen Ihrer neuen Adresse wurde an diese gesendet.",
        "closing": (
            "Der Code gilt einmal. Niemand vom Helpdesk wird Sie je danach fragen. Wenn Sie diese Adresse nicht in "
            "{{ product }} eingegeben haben, ignorieren Sie diese E-Mail: Es ändert sich nichts."
        ),
    },
    "account_locked": {
        "label": "Mein Konto ist gesperrt",
        "subject": "Ihr Konto ist gesperrt",
        "sentence": "Ihr Konto ist nach zu vielen fehlgeschlagenen Anmeldeversuchen gesperrt.",
        "closing": "Es wird von selbst wieder freigegeben. Ein Administrator kann es früher freigeben.",
    },
    "profile_change": {
        "label": "Mein Konto wird geändert",
        "subject": "Ihr Konto wurde geändert",
        "sentence": "Ihr Konto wurde geändert.",
        "closing": _NOT_YOU,
        "button": "Profil ansehen",
    },
    "invitation": {
        "label": "Einladung",
        "subject": "Einladung zu {{ product }}",
        "sentence": "Ein Konto für {{ product }} wartet auf Sie. Legen Sie zum Start ein Passwort fest.",
        "button": "Einladung annehmen",
        "closing": "Der Link gilt einmal und ist nur für Sie bestimmt.",
    },
    "system": {
        "label": "Neues vom System",
        "subject": "{{ title }}",
        "sentence": "{{ message }}",
        "button": "{{ product }} öffnen",
    },
}

# Labels of details, and what the page of templates says of variables, by the English text.
WORDS = {
    "Step": "Schritt",
    "Files": "Dateien",
    "The subject of the requester's mail": "Der Betreff der E-Mail des Antragstellers",
    "The answer, the question, or what has become of the ticket": (
        "Die Antwort, die Frage oder was aus dem Ticket wurde"
    ),
    "Kenji Mori:\n\nWhich folder do you need?": "Kenji Mori:\n\nWelchen Ordner brauchen Sie?",
    "Role": "Rolle",
    "Workflow": "Workflow",
    "From": "Von",
    "To": "An",
    "By": "Durch",
    "Reason": "Grund",
    "Priority": "Priorität",
    "Due": "Fällig",
    "When": "Zeitpunkt",
    "Address": "Adresse",
    "Device": "Gerät",
    "Place": "Ort",
    "Comment": "Kommentar",
    "Sent by": "Gesendet von",
    "System": "System",
    "Tries so far": "Bisherige Versuche",
    "Last error": "Letzter Fehler",
    "They wrote": "Geschrieben wurde",
    "Valid until": "Gültig bis",
    "Asked from": "Angefordert von",
    "Attempts": "Versuche",
    "Locked until": "Gesperrt bis",
    "What changed": "Was geändert wurde",
    "Invited by": "Eingeladen von",
    "“Hello Amara,” or “Hello,” for people not known by name": (
        "„Guten Tag Amara Okafor,“ oder „Guten Tag,“, wenn der Name nicht bekannt ist"
    ),
    "The full name of the person addressed": "Der vollständige Name der angesprochenen Person",
    "The name of this product": "Der Name dieses Produkts",
    "Where the button leads": "Wohin die Schaltfläche führt",
    "The facts that came with the event, one a line": "Die Angaben zum Ereignis, eine je Zeile",
    "Where people choose what they get": "Wo Personen auswählen, was sie erhalten",
    "The ticket's number and subject": "Nummer und Betreff des Tickets",
    "The ticket's number": "Die Nummer des Tickets",
    "The ticket's subject": "Der Betreff des Tickets",
    "The single-use link": "Der einmal gültige Link",
    "The single-use code": "Der einmal gültige Code",
    "What it is about": "Worum es geht",
    "The news itself": "Die Nachricht selbst",
    "Hello Amara,": "Guten Tag Amara Okafor,",
    "Role: IT Lead": "Rolle: IT Lead",
    "TX20260302000018 “Access to the finance share”": "TX20260302000018 „Zugriff auf die Finanzfreigabe“",
    "Access to the finance share": "Zugriff auf die Finanzfreigabe",
    "High": "Hoch",
    "Approve": "Genehmigen",
    "Access Request": "Zugriffsantrag",
    "On leave from tomorrow.": "Ab morgen im Urlaub.",
    "Please name the folder.": "Bitte nennen Sie den Ordner.",
    "Can you check the share's owner?": "Können Sie prüfen, wem die Freigabe gehört?",
    "Asset management": "Anlagenverwaltung",
    "No answer within 30 seconds.": "Keine Antwort innerhalb von 30 Sekunden.",
    "Firefox on Linux": "Firefox unter Linux",
    "Lisbon": "Lissabon",
    "Your mail address was changed.": "Ihre E-Mail-Adresse wurde geändert.",
    "Maintenance on Sunday": "Wartung am Sonntag",
    "The service will be away on Sunday from 06:00 to 07:00 UTC.": (
        "Der Dienst ist am Sonntag von 06:00 bis 07:00 UTC nicht verfügbar."
    ),
}

MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
ZONES = {
    "CET": "MEZ",
    "CEST": "MESZ",
    "WET": "WEZ",
    "WEST": "WESZ",
    "EET": "OEZ",
    "EEST": "OESZ",
}
