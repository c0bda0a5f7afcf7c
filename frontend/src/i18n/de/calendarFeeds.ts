import type { calendarFeeds as english } from '../calendarFeeds';
import type { Translation } from '../translation';

export const calendarFeeds: Translation<typeof english> = {
  feeds: {
    tab: 'Kalender',
    title: 'Kalender-Links',
    hint: 'Ein Kalender-Link zeigt Ihre Fristen, Ihre Abwesenheit und Ihre Erinnerungen in einem anderen Kalender. Wer den Link hat, kann sie ohne Anmeldung lesen, auch die Betreffzeilen der Tickets.',
    new: 'Neuer Link',
    none: 'Noch keine Kalender-Links',
    noneHint: 'Erstellen Sie einen für jeden Kalender, in dem Sie abonnieren.',
    name: 'Bezeichnung',
    nameHint: 'Wo Sie ihn verwenden, zum Beispiel „Telefon“.',
    alarm: 'Alarm',
    alarmHint: 'Nicht jeder Kalender zeigt die Alarme eines Abonnements.',
    noAlarm: 'Kein Alarm',
    alarmIs: 'Alarm: {{when}}',
    alarmAtDeadline: 'Zur Frist',
    alarmMinutes_one: '{{count}} Minute vor der Frist',
    alarmMinutes_other: '{{count}} Minuten vor der Frist',
    alarmHours_one: '{{count}} Stunde vor der Frist',
    alarmHours_other: '{{count}} Stunden vor der Frist',
    alarmDays_one: '{{count}} Tag vor der Frist',
    alarmDays_other: '{{count}} Tage vor der Frist',
    create: 'Link erstellen',
    link: 'Ihr Kalender-Link',
    once: 'Kopieren Sie ihn jetzt. Er wird nicht noch einmal angezeigt.',
    subscribe:
      'Abonnieren Sie ihn, statt ihn zu importieren: Eine importierte Datei wird nicht aktualisiert.',
    openIn: 'In der Kalenderanwendung öffnen',
    howOutlook: 'Outlook: Kalender hinzufügen → Aus dem Internet abonnieren.',
    howGoogle:
      'Google Kalender, am Computer: Weitere Kalender → Per URL. Google fragt nur wenige Male am Tag nach Änderungen.',
    howApple: 'Apple Kalender: Ablage → Neues Kalenderabonnement; auf dem Telefon den Link öffnen.',
    usedAt: 'Zuletzt verwendet: {{when}}',
    neverUsed: 'Nie verwendet',
    createdAt: 'Erstellt: {{when}}',
    revoke: 'Widerrufen',
    revokeNamed: '„{{name}}“ widerrufen',
    revokeText: 'Der Link gilt ab sofort nicht mehr. Entfernen Sie auch das Abonnement aus dem Kalender.',
    revoked: 'Der Link „{{name}}“ wurde widerrufen.',
  },
};
