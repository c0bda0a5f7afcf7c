import type { calendars as english } from '../calendars';
import type { Translation } from '../translation';

export const calendars: Translation<typeof english> = {
  calendars: {
    none: 'Noch keine Kalender',
    noneHint: 'Workflows ohne Kalender zählen die Zeit rund um die Uhr.',
    zone: 'Zeitzone {{zone}}',
    hours: 'Geschäftszeiten',
    closed: 'Geschlossen',
    holidays: 'Feiertage',
    noHolidays: 'Keine Feiertage.',
    newHoliday: 'Feiertag hinzufügen',
    add: 'Hinzufügen',
    remove: 'Feiertag {{day}} entfernen',
    added: '{{day}} wurde zu {{name}} hinzugefügt.',
    removed: '{{day}} wurde aus {{name}} entfernt.',
    snapshot:
      'Laufende SLA behalten den Kalender, mit dem sie begonnen haben. Ein nachträglich erfasster Feiertag wird unten auf sie angewendet.',
    apply: 'Auf laufende SLA anwenden…',
    dialog: {
      title: 'Feiertage auf laufende SLA anwenden',
      hint: 'Offene Tickets der Workflows, die „{{name}}“ verwenden, erhalten spätere Fälligkeiten. Bis zum Anwenden ändert sich nichts.',
      days: 'Anzuwendende Feiertage',
      choose: 'Wählen Sie die Feiertage aus, um zu sehen, welche Fälligkeiten sich verschieben.',
      nothing: 'Keine Fälligkeit verschiebt sich.',
      moves_one: '{{count}} Fälligkeit verschiebt sich',
      moves_other: '{{count}} Fälligkeiten verschieben sich',
      kept_one:
        '{{count}} SLA bleibt unverändert: Es wurde bereits als gefährdet oder überschritten erfasst.',
      kept_other:
        '{{count}} SLA bleiben unverändert: Sie wurden bereits als gefährdet oder überschritten erfasst.',
      ticket: 'Ticket',
      clock: 'SLA',
      resolution: 'Lösung',
      before: 'Fällig bisher',
      after: 'Fällig künftig',
      stays: 'unverändert',
      reason: 'Grund',
      reasonHint: 'Wird im Audit-Protokoll festgehalten.',
      submit: 'Anwenden',
      done_one: '{{count}} Fälligkeit wurde verschoben.',
      done_other: '{{count}} Fälligkeiten wurden verschoben.',
    },
  },
};
