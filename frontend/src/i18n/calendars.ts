import { i18next } from './index';

/** Texts of the calendars. They come with their page. */
export const calendars = {
  calendars: {
    none: 'No calendars yet',
    noneHint: 'Workflows without a calendar count time around the clock.',
    zone: 'Time zone {{zone}}',
    hours: 'Business hours',
    closed: 'Closed',
    holidays: 'Holidays',
    noHolidays: 'No holidays.',
    newHoliday: 'Add a holiday',
    add: 'Add',
    remove: 'Remove the holiday {{day}}',
    added: '{{day}} was added to {{name}}.',
    removed: '{{day}} was removed from {{name}}.',
    snapshot:
      'Running SLAs keep the calendar they started with. A holiday declared late is applied to them below.',
    apply: 'Apply to running SLAs…',
    dialog: {
      title: 'Apply holidays to running SLAs',
      hint: 'Open tickets of workflows that use “{{name}}” get later due times. Nothing changes until you apply.',
      days: 'Holidays to apply',
      choose: 'Select the holidays to see which due times move.',
      nothing: 'No due time moves.',
      moves_one: '{{count}} due time moves',
      moves_other: '{{count}} due times move',
      kept_one: '{{count}} SLA stays as it is: it was already recorded as at risk or breached.',
      kept_other: '{{count}} SLAs stay as they are: they were already recorded as at risk or breached.',
      ticket: 'Ticket',
      clock: 'SLA',
      resolution: 'Resolution',
      before: 'Due now',
      after: 'Due then',
      stays: 'unchanged',
      reason: 'Reason',
      reasonHint: 'Recorded in the audit trail.',
      submit: 'Apply',
      done_one: '{{count}} due time was moved.',
      done_other: '{{count}} due times were moved.',
    },
  },
};

i18next.addResourceBundle('en', 'app', calendars, true, true);
