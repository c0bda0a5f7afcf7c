import { i18next } from './index';

/** Texts of moving running tickets to another version. */
export const migration = {
  migration: {
    action_one: 'Move the {{count}} running ticket',
    action_other: 'Move the {{count}} running tickets',
    title: 'Move running tickets from v{{from}} to v{{to}}',
    none: 'No tickets are running on this version.',
    mapping: 'Steps',
    step_one: 'From “{{name}}” ({{count}} ticket) to',
    step_other: 'From “{{name}}” ({{count}} tickets) to',
    choose: 'Choose a step…',
    notChosen: 'No step chosen',
    unmapped: 'Choose a step for every step with running tickets.',
    preview: 'Preview',
    ticket: 'Ticket',
    from: 'From',
    to: 'To',
    assignee: 'Assignee',
    kept: 'kept',
    nobody: 'Unassigned',
    voided_one: '{{count}} vote becomes void for good.',
    voided_other: '{{count}} votes become void for good.',
    due: 'Deadline',
    noDue: 'None',
    reason: 'Reason',
    submit_zero: 'Move tickets',
    submit_one: 'Move {{count}} ticket',
    submit_other: 'Move {{count}} tickets',
    progress: '{{done}} of {{count}} done',
    summary: '{{done}} of {{count}} moved.',
    returned: '{{done}} of {{count}} returned.',
    results: 'Results',
    moved: 'Now at “{{step}}”',
    return_one: 'Return this ticket',
    return_other: 'Return these {{count}} tickets',
    returnHint: 'Available until you close this dialog. Tickets that have changed since stay where they are.',
    returnReason: 'Returned: {{reason}}',
  },
};

i18next.addResourceBundle('en', 'app', migration, true, true);
