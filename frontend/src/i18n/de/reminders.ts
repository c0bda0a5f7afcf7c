import type { reminders as english } from '../reminders';
import type { Translation } from '../translation';

export const reminders: Translation<typeof english> = {
  reminders: {
    title: 'Erinnerungen',
    hint: 'Nur Sie sehen Ihre Erinnerungen. Zum gewählten Zeitpunkt erhalten Sie eine Benachrichtigung; danach wird die Erinnerung entfernt.',
    empty: 'Keine Erinnerungen',
    emptyHint: 'Wählen Sie in einem Ticket „Mehr“ und dann „Erinnern…“.',
    ticket: 'Ticket',
    when: 'Erinnerung',
    note: 'Notiz',
    acts: 'Aktionen',
    act: 'Erinnern…',
    set: 'An {{number}} erinnern',
    change: 'Erinnerung ändern',
    changeOf: 'Erinnerung an {{number}} ändern',
    delete: 'Erinnerung löschen',
    deleteOf: 'Erinnerung an {{number}} löschen',
    submit: 'Erinnerung festlegen',
    offer: {
      hours: 'In 3 Stunden',
      tomorrow: 'Morgen früh',
      monday: 'Montag früh',
      pick: 'Zu einem bestimmten Zeitpunkt',
    },
    moment: 'Datum und Uhrzeit',
    past: 'Wählen Sie einen Zeitpunkt in der Zukunft.',
    noteHint: 'Optional. Wird nicht per E-Mail gesendet.',
    line: 'Erinnerung: {{time}}',
    done: 'Sie werden an {{number}} erinnert: {{time}}',
    deleted: 'Die Erinnerung an {{number}} wurde gelöscht.',
  },
};
