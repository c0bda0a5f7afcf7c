import { i18next } from './index';

/** Texts of personal reminders. */
export const reminders = {
  reminders: {
    title: 'Reminders',
    hint: 'Only you see your reminders. At the time you set you get a notification; the reminder is then removed.',
    empty: 'No reminders',
    emptyHint: 'On a ticket, choose More and then “Remind me…”.',
    ticket: 'Ticket',
    when: 'Reminder',
    note: 'Note',
    acts: 'Actions',
    act: 'Remind me…',
    set: 'Remind me of {{number}}',
    change: 'Change reminder',
    changeOf: 'Change the reminder of {{number}}',
    delete: 'Delete reminder',
    deleteOf: 'Delete the reminder of {{number}}',
    submit: 'Set reminder',
    offer: {
      hours: 'In 3 hours',
      tomorrow: 'Tomorrow morning',
      monday: 'Monday morning',
      pick: 'At a date and time',
    },
    moment: 'Date and time',
    past: 'Choose a time in the future.',
    noteHint: 'Optional. It is not sent by mail.',
    line: 'Reminder: {{time}}',
    done: 'You will be reminded of {{number}}: {{time}}',
    deleted: 'The reminder of {{number}} was deleted.',
  },
};

i18next.addResourceBundle('en', 'app', reminders, true, true);
