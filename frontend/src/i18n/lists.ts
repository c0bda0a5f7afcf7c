import { i18next } from './index';

/** Texts of acting on several tickets at once and of saved views. They come with the lists that use them. */
export const lists = {
  columns: { label: 'Columns' },
  bulk: {
    chooseAll: 'Choose all tickets of this page',
    choose: 'Choose {{number}}',
    bar: 'Act on the chosen tickets',
    chosen_one: '{{count}} ticket chosen',
    chosen_other: '{{count}} tickets chosen',
    clear: 'Choose none',
    action: {
      claim: 'Claim',
      release: 'Release',
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
      priority: 'Change the priority',
      transfer: 'Transfer to someone else',
    },
    reason: 'Reason',
    priority: 'Priority',
    to: 'Transfer to',
    toChoose: 'Choose a person…',
    submit: 'Apply',
    allDone_one: 'Done for {{count}} ticket.',
    allDone_other: 'Done for {{count}} tickets.',
    results: 'What became of each ticket',
    summary: '{{done}} of {{count}} done.',
    done: 'Done',
  },
  savedViews: {
    label: 'Saved views',
    none: 'No saved views yet.',
    save: 'Save this view…',
    title: 'Save this view',
    hint: 'Search, filters and order are kept under a name.',
    name: 'Name',
    share: 'Share with everybody',
    submit: 'Save',
    saved: 'View “{{name}}” saved.',
    sharedBy: 'by {{name}}',
    delete: 'Delete view {{name}}',
    deleted: 'View “{{name}}” deleted.',
  },
};

i18next.addResourceBundle('en', 'app', lists, true, true);
