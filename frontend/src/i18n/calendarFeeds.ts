import { i18next } from './index';

/** Texts of calendar feeds. */
export const calendarFeeds = {
  feeds: {
    tab: 'Calendar',
    title: 'Calendar links',
    hint: 'A calendar link shows your deadlines, your absence and your reminders in another calendar. Whoever has the link can read them, ticket subjects included, without signing in.',
    new: 'New link',
    none: 'No calendar links yet',
    noneHint: 'Create one for each calendar that you subscribe from.',
    name: 'Name',
    nameHint: 'Where you use it, such as “Phone”.',
    alarm: 'Alarm',
    alarmHint: 'Not every calendar shows alarms of a subscription.',
    noAlarm: 'No alarm',
    alarmIs: 'Alarm: {{when}}',
    alarmAtDeadline: 'At the deadline',
    alarmMinutes_one: '{{count}} minute before the deadline',
    alarmMinutes_other: '{{count}} minutes before the deadline',
    alarmHours_one: '{{count}} hour before the deadline',
    alarmHours_other: '{{count}} hours before the deadline',
    alarmDays_one: '{{count}} day before the deadline',
    alarmDays_other: '{{count}} days before the deadline',
    create: 'Create link',
    link: 'Your calendar link',
    once: 'Copy it now. It is not shown again.',
    subscribe: 'Subscribe, do not import: an imported file is not updated.',
    openIn: 'Open in calendar application',
    howOutlook: 'Outlook: Add calendar → Subscribe from web.',
    howGoogle:
      'Google Calendar, on a computer: Other calendars → From URL. Google asks for changes a few times a day only.',
    howApple: 'Apple Calendar: File → New Calendar Subscription; on a phone, open the link.',
    usedAt: 'Last used {{when}}',
    neverUsed: 'Never used',
    createdAt: 'Created {{when}}',
    revoke: 'Revoke',
    revokeNamed: 'Revoke “{{name}}”',
    revokeText: 'The link stops working at once. Remove the subscription from the calendar as well.',
    revoked: 'The link “{{name}}” was revoked.',
  },
};

i18next.addResourceBundle('en', 'app', calendarFeeds, true, true);
