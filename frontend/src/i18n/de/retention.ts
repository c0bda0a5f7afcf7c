import type { retention as english } from '../retention';
import type { Translation } from '../translation';

export const retention: Translation<typeof english> = {
  retention: {
    tab: 'Aufbewahrung',
    hint: 'Was älter ist, als seine Regel erlaubt, wird einmal am Tag entfernt. Entferntes lässt sich nur aus einer Sicherung wiederherstellen.',
    kind: {
      'workflow/intake-bodies': {
        name: 'Rohe Nachrichten des Eingangs',
        about:
          'Die Inhalte der Nachrichten von Helpdesks. Eintrag, Ergebnis und Prüfsumme bleiben; Inhalte, die auf eine Entscheidung warten, bleiben ebenfalls.',
      },
      'messaging/attachments': {
        name: 'Dateien in Unterhaltungen',
        about: 'Dateien geschlossener Tickets. In der Unterhaltung bleibt für jede eine Zeile.',
      },
      'ticket/attachments': {
        name: 'Dateien des Helpdesks',
        about: 'Dateien, die mit beendeten Tickets kamen. Im Ticket bleibt für jede eine Zeile.',
      },
      'auth/people': {
        name: 'Deaktivierte Konten',
        about:
          'Name, Adresse, Zugangsdaten und Sitzungen werden entfernt. Die ID bleibt; der Verlauf nennt die Person „Former member“.',
      },
      'notification/mails': {
        name: 'Gesendete E-Mails',
        about: 'E-Mails, die gesendet oder aufgegeben wurden.',
      },
      'notification/notices': {
        name: 'Benachrichtigungen',
        about: 'Benachrichtigungen in der Anwendung.',
      },
      'notification/webhook-deliveries': {
        name: 'Protokoll der Webhooks',
        about: 'Abgeschlossene Zustellungen.',
      },
      'notification/inbound-mails': {
        name: 'Empfangene E-Mails',
        about: 'E-Mails des Postfachs, wie sie ankamen.',
      },
    },
    service: {
      workflow: 'Workflow-Dienst',
      messaging: 'Nachrichtendienst',
      ticket: 'Helpdesk',
      auth: 'Kontodienst',
      notification: 'Benachrichtigungsdienst',
    },
    away: 'Von {{service}} kam keine Auskunft: {{problem}}',
    what: 'Daten',
    keptFor: 'Aufbewahrt',
    ever: 'Unbegrenzt',
    days_one: '{{count}} Tag',
    days_other: '{{count}} Tage',
    setBy: 'Festgelegt durch {{name}}',
    here: 'Jetzt gespeichert',
    due: 'Jetzt fällig',
    nothing: 'Nichts',
    entries_one: '{{number}} Eintrag',
    entries_other: '{{number}} Einträge',
    lastRun: 'Letzter Lauf',
    never: 'Nie',
    removed: '{{time}}: {{entries}} entfernt',
    failed_one: '{{count}} fehlgeschlagen',
    failed_other: '{{count}} fehlgeschlagen',
    incomplete: 'nicht abgeschlossen',
    nextRun: 'Nächster Lauf',
    soon: 'Innerhalb einer Stunde',
    actions: 'Aktionen',
    change: 'Ändern',
    changeNamed: 'Aufbewahrung ändern: {{name}}',
    run: 'Jetzt ausführen',
    runNamed: 'Jetzt ausführen: {{name}}',
    runText: 'Jetzt werden entfernt: {{entries}}. Das lässt sich nicht rückgängig machen.',
    ran: 'Entfernt: {{entries}}.',
    ranPartly: 'Entfernt: {{entries}}. Den Rest entfernen die nächsten Läufe.',
    limit: 'Nach einer Anzahl von Tagen entfernen',
    daysLabel: 'Tage',
    daysHint: 'Von 1 bis 36.500',
    preview: 'Ein Lauf mit dieser Regel würde heute entfernen: {{entries}}.',
    previewNone: 'Ein Lauf mit dieser Regel würde heute nichts entfernen.',
    previewing: 'Wird gezählt…',
    saved: 'Die Regel wurde gespeichert.',
    changes: 'Änderungen',
    changeLine: '{{time}}, {{name}}: {{before}} → {{after}}',
  },
};
