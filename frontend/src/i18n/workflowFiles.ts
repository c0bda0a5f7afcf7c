import { i18next } from './index';

/** Texts of the import of a workflow from a file. */
export const workflowFiles = {
  workflowFiles: {
    title: 'Import {{name}}',
    create: 'There is no workflow of this name: it is created as a draft.',
    steps_one: '{{count}} step',
    steps_other: '{{count}} steps',
    transitions_one: '{{count}} transition',
    transitions_other: '{{count}} transitions',
    update: 'The draft of {{name}} becomes what the file says.',
    none: 'The draft already says what the file says. Nothing is changed.',
    layout: 'Only the layout or the order of steps and transitions differs.',
    text: 'Differences as text',
    errors_one: '{{count}} error keeps the draft from being deployed afterwards:',
    errors_other: '{{count}} errors keep the draft from being deployed afterwards:',
    refused: 'The file can’t be used:',
    stale: 'The draft was changed meanwhile. The differences were computed again: check them, then apply.',
    reason: 'Reason',
    reasonHint: 'Recorded in the audit trail.',
    submitCreate: 'Create draft',
    submitUpdate: 'Apply to draft',
    created: '{{name}} was imported as a draft.',
    updated: 'The draft of {{name}} was updated.',
  },
};

i18next.addResourceBundle('en', 'app', workflowFiles, true, true);
