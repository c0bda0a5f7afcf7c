import { i18next } from './index';

/** Texts of the export and erasure of requesters' data. */
export const privacy = {
  privacy: {
    tab: 'Privacy',
    hint: 'Find a requester, export what is held about them, or erase it in every service. Requesters need no account.',
    search: 'Name, address or ID',
    searchHint: 'Enter at least three characters.',
    nobody: 'No requester found',
    nobodyHint: 'Search for part of the name or address, or for the ID that the help desk gives.',
    requesters: 'Requesters',
    name: 'Name',
    email: 'E-mail address',
    id: 'ID',
    tickets: 'Tickets',
    actions: 'Actions',
    open: 'Show data',
    openNamed: 'Show data of {{name}}',
    held: 'Data of {{name}}',
    service: 'Service',
    kind: 'Kind',
    count: 'Count',
    keptAccounts_one: '{{count}} active account is kept. Deactivate it under People to have it erased, too.',
    keptAccounts_other:
      '{{count}} active accounts are kept. Deactivate them under People to have them erased, too.',
    services: {
      auth: 'Accounts',
      workflow_api: 'Workflow',
      messaging: 'Messaging',
      notification_service: 'Notifications',
      ticket_service: 'Help desk',
    },
    openTickets: 'Open tickets keep the data from being erased: {{numbers}}. End them first.',
    export: 'Export',
    exported: 'The export was saved.',
    erase: 'Erase',
    eraseNamed: 'Erase {{name}}',
    eraseText:
      'Names, addresses and what the person wrote are replaced, and their files are deleted, in every service. Tickets, deadlines and statistics remain. This cannot be undone.',
    reason: 'Reason',
    confirm: 'Type {{label}} to confirm',
    started: 'The data is being erased.',
    erasures: 'Erasures',
    noErasures: 'Nobody was erased yet.',
    requested: 'Requested',
    by: 'By',
    state: 'State',
    erasuresHint:
      'Each erasure is done again after an hour and after a week, for messages that were still on their way. Until the last pass the identity is kept.',
    complete: 'Finished',
    nextPass: 'Erased; next pass on {{at}}',
    waiting: 'Pass {{pass}} of {{last}}: waiting for {{services}}',
    resend: 'Send again',
    resendNamed: 'Send erasure {{id}} again',
    resent: 'The services were asked again.',
  },
};

i18next.addResourceBundle('en', 'app', privacy, true, true);
