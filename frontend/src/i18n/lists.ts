import { i18next } from './index';

/** Texts of acting on several tickets at once and of saved views. They come with the lists that use them. */
export const lists = {
  columns: { label: 'Columns' },
  exportList: { label: 'Export CSV' },
  bulk: {
    chooseAll: 'Select all on this page',
    choose: 'Select {{number}}',
    bar: 'Bulk actions',
    chosen_one: '{{count}} selected',
    chosen_other: '{{count}} selected',
    selectAll: 'Select all {{count}} that match',
    progress: '{{done}} of {{count}} done',
    clear: 'Clear selection',
    action: {
      claim: 'Claim',
      release: 'Unassign',
      hold: 'Hold…',
      resume: 'Resume',
      escalate: 'Escalate…',
      priority: 'Priority…',
      transfer: 'Transfer…',
    },
    more: 'More actions',
    title: {
      hold: 'Put on hold',
      escalate: 'Escalate',
      priority: 'Change priority',
      transfer: 'Transfer tickets',
    },
    reason: 'Reason',
    priority: 'Priority',
    to: 'Transfer to',
    toChoose: 'Select a person…',
    submit: 'Apply',
    allDone_one: '{{count}} ticket updated.',
    allDone_other: '{{count}} tickets updated.',
    results: 'Results',
    summary: '{{done}} of {{count}} updated.',
    done: 'Done',
  },
  savedViews: {
    label: 'Saved views',
    none: 'No saved views yet.',
    save: 'Save this view…',
    title: 'Save this view',
    hint: 'Saves the search, filters and sort order.',
    name: 'Name',
    share: 'Share with everyone',
    submit: 'Save',
    saved: 'View “{{name}}” saved.',
    sharedBy: 'by {{name}}',
    delete: 'Delete view {{name}}',
    deleted: 'View “{{name}}” deleted.',
  },
};

i18next.addResourceBundle('en', 'app', lists, true, true);
