import { i18next } from './index';

/** Texts of the retention rules. */
export const retention = {
  retention: {
    tab: 'Retention',
    hint: 'What is older than its rule says is removed once a day. Removed data comes back only from a backup.',
    kind: {
      'workflow/intake-bodies': {
        name: 'Raw messages of the intake',
        about:
          'The bodies of messages from help desks. The row, the verdict and the hash stay; bodies that wait for a decision stay.',
      },
      'messaging/attachments': {
        name: 'Files in conversations',
        about: 'Files of closed tickets. The conversation keeps a line for each.',
      },
      'ticket/attachments': {
        name: 'Files of the help desk',
        about: 'Files that came with tickets which have ended. The ticket keeps a line for each.',
      },
      'auth/people': {
        name: 'Deactivated accounts',
        about:
          'Name, address, credentials and sessions are removed. The ID stays, so that history reads “Former member”.',
      },
      'notification/mails': { name: 'Sent mails', about: 'Mails that were sent or given up.' },
      'notification/notices': { name: 'Notifications', about: 'Notifications in the application.' },
      'notification/webhook-deliveries': { name: 'Log of webhooks', about: 'Closed deliveries.' },
      'notification/inbound-mails': { name: 'Received mails', about: 'Mails of the mailbox, as they came.' },
    },
    service: {
      workflow: 'Workflow service',
      messaging: 'Messaging service',
      ticket: 'Help desk',
      auth: 'Account service',
      notification: 'Notification service',
    },
    away: '{{service}}: {{problem}}',
    what: 'Data',
    keptFor: 'Kept for',
    ever: 'No limit',
    days_one: '{{count}} day',
    days_other: '{{count}} days',
    setBy: 'Set by {{name}}',
    here: 'Stored now',
    due: 'Due now',
    nothing: 'Nothing',
    entries_one: '{{number}} entry',
    entries_other: '{{number}} entries',
    lastRun: 'Last run',
    never: 'Never',
    removed: '{{time}}: {{entries}} removed',
    failed_one: '{{count}} failed',
    failed_other: '{{count}} failed',
    incomplete: 'not finished',
    nextRun: 'Next run',
    soon: 'Within an hour',
    actions: 'Actions',
    change: 'Change',
    changeNamed: 'Change how long is kept: {{name}}',
    run: 'Run now',
    runNamed: 'Run now: {{name}}',
    runText: '{{entries}} will be removed now. This can’t be undone.',
    ran: '{{entries}} removed.',
    ranPartly: '{{entries}} removed. The rest is removed by the next runs.',
    limit: 'Remove after a number of days',
    daysLabel: 'Days',
    daysHint: 'From 1 to 36,500',
    preview: 'A run with this rule would remove {{entries}} today.',
    previewNone: 'A run with this rule would remove nothing today.',
    previewing: 'Counting…',
    saved: 'The rule was saved.',
    changes: 'Changes',
    changeLine: '{{time}}, {{name}}: {{before}} → {{after}}',
  },
};

i18next.addResourceBundle('en', 'app', retention, true, true);
