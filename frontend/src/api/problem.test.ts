import { AxiosError, AxiosHeaders } from 'axios';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { i18next } from '@/i18n';
import { refusals } from '@/i18n/de';
import { toProblem, translated } from './problem';

beforeEach(async () => {
  i18next.addResourceBundle('de', 'refusals', refusals);
  await i18next.changeLanguage('de');
});
afterEach(() => i18next.changeLanguage('en'));

test.each([
  ['required', 'This field is required.', 'Dieses Feld ist erforderlich.'],
  [
    'stale_version',
    'The ticket has changed meanwhile.',
    'Das wurde inzwischen geändert. Laden Sie es erneut.',
  ],
  [
    'max_length',
    'Ensure this field has no more than 2000 characters.',
    'Zu lang: Höchstens 2.000 sind erlaubt.',
  ],
  ['min_value', 'Ensure this value is greater than or equal to 0.5.', 'Der Wert muss mindestens 0,5 sein.'],
  [
    'selection_too_large',
    'At most 1,000 tickets can be selected. Narrow the list with filters.',
    'Es können höchstens 1.000 Tickets ausgewählt werden. Schränken Sie die Liste mit Filtern ein.',
  ],
])('a refusal by %s is said in the language shown, with its limit', (code, detail, german) => {
  expect(translated({ code, detail })).toBe(german);
});

test.each([
  ['a code that is not known', 'of_a_later_release', 'A later release says this.'],
  ['a limit that the sentence does not name', 'max_length', 'This is too long.'],
])('%s leaves the sentence of the service', (_, code, detail) => {
  expect(translated({ code, detail })).toBe(detail);
});

test('a field of a form is told in the language shown', () => {
  const config = { headers: new AxiosHeaders() };
  const refused = new AxiosError('', '', config, null, {
    status: 400,
    statusText: '',
    headers: {},
    config,
    data: { errors: [{ code: 'blank', detail: 'This field may not be blank.', attr: 'name' }] },
  });
  expect(toProblem(refused).about('name')).toBe('Dieses Feld darf nicht leer sein.');
});

test('English is what the service says', async () => {
  await i18next.changeLanguage('en');
  expect(translated({ code: 'max_value', detail: 'Ensure this value is less than or equal to 5.' })).toBe(
    'Ensure this value is less than or equal to 5.',
  );
});
