import type { privacy as english } from '../privacy';
import type { Translation } from '../translation';

export const privacy: Translation<typeof english> = {
  privacy: {
    tab: 'Datenschutz',
    hint: 'Suchen Sie einen Antragsteller, exportieren Sie die über ihn gespeicherten Daten oder löschen Sie sie in allen Diensten. Ein Konto ist nicht nötig.',
    search: 'Name, Adresse oder ID',
    searchHint: 'Geben Sie mindestens drei Zeichen ein.',
    nobody: 'Kein Antragsteller gefunden',
    nobodyHint: 'Suchen Sie nach einem Teil des Namens oder der Adresse oder nach der ID des Helpdesks.',
    requesters: 'Antragsteller',
    name: 'Name',
    email: 'E-Mail-Adresse',
    id: 'ID',
    tickets: 'Tickets',
    actions: 'Aktionen',
    open: 'Daten anzeigen',
    openNamed: 'Daten von {{name}} anzeigen',
    held: 'Daten von {{name}}',
    service: 'Dienst',
    kind: 'Art',
    count: 'Anzahl',
    keptAccounts_one:
      '{{count}} aktives Konto bleibt erhalten. Deaktivieren Sie es unter „Personen“, damit es ebenfalls gelöscht wird.',
    keptAccounts_other:
      '{{count}} aktive Konten bleiben erhalten. Deaktivieren Sie sie unter „Personen“, damit sie ebenfalls gelöscht werden.',
    services: {
      auth: 'Konten',
      workflow_api: 'Workflow',
      messaging: 'Nachrichten',
      notification_service: 'Benachrichtigungen',
      ticket_service: 'Helpdesk',
    },
    openTickets: 'Offene Tickets verhindern das Löschen: {{numbers}}. Schließen Sie sie zuerst ab.',
    export: 'Exportieren',
    exported: 'Der Export wurde gespeichert.',
    erase: 'Löschen',
    eraseNamed: 'Daten von {{name}} löschen',
    eraseText:
      'Namen, Adressen und Texte der Person werden in allen Diensten ersetzt, ihre Dateien werden gelöscht. Tickets, Fristen und Statistiken bleiben erhalten. Dies kann nicht rückgängig gemacht werden.',
    reason: 'Grund',
    confirm: 'Zur Bestätigung {{label}} eingeben',
    started: 'Die Daten werden gelöscht.',
    erasures: 'Löschungen',
    noErasures: 'Es wurden noch keine Daten gelöscht.',
    requested: 'Angefordert',
    by: 'Von',
    state: 'Status',
    erasuresHint:
      'Jede Löschung wird nach einer Stunde und nach einer Woche wiederholt, für Nachrichten, die noch unterwegs waren. Bis zum letzten Durchgang bleibt gespeichert, um wen es geht.',
    complete: 'Abgeschlossen',
    nextPass: 'Gelöscht; nächster Durchgang am {{at}}',
    waiting: 'Durchgang {{pass}} von {{last}}: wartet auf {{services}}',
    resend: 'Erneut senden',
    resendNamed: 'Löschung {{id}} erneut senden',
    resent: 'Die Dienste wurden erneut aufgefordert.',
  },
};
