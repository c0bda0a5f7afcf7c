import { act, screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { http as client } from '@/api/client';
import { toProblem } from '@/api/problem';
import { setSetting } from '@/lib/settings';
import {
  compareNames,
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatRelative,
  weekdayName,
} from '@/lib/time';
import { accessToken, agent, problem, profile, quietServices, signedOutServices } from '@/test/fixtures';
import { renderRoute } from '@/test/renderRoute';
import { server } from '@/test/server';
import { applyLanguage, chooseAccountLanguage, chooseBrowserLanguage } from './languages';

const REFRESH = '/api/auth/token/refresh/';
const ME = '/api/auth/api/v1/users/me/';

beforeEach(() => vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['en-GB', 'en']));
afterEach(async () => {
  localStorage.clear();
  await act(applyLanguage);
  vi.restoreAllMocks();
});

function withLocale(token: string, locale: string): string {
  const [head, body, signature] = token.split('.') as [string, string, string];
  const claims = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), locale };
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

/** The menu in the profile, once it is known what was chosen. */
async function languageMenu(): Promise<HTMLSelectElement> {
  const menu = await screen.findByRole<HTMLSelectElement>('combobox', { name: 'Language' });
  await waitFor(() => expect(menu.disabled).toBe(false));
  return menu;
}

describe('the language before signing in', () => {
  test('is the first of the browser’s that there is', async () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['sv-SE', 'de-AT', 'en']);
    await applyLanguage();
    server.use(...signedOutServices());
    renderRoute('/login');
    expect(await screen.findByRole('heading', { name: 'Anmelden' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('de');
    expect(document.documentElement.dir).toBe('ltr');
  });

  test('is English where the browser’s are unknown', async () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['sv-SE']);
    await applyLanguage();
    expect(document.documentElement.lang).toBe('en');
  });

  test('can be chosen on the sign-in page, and is kept', async () => {
    server.use(...signedOutServices());
    const { user } = renderRoute('/login');
    const german = await screen.findByRole('button', { name: 'Deutsch' });
    expect(german.getAttribute('aria-pressed')).toBe('false');
    await user.click(german);
    expect(await screen.findByRole('heading', { name: 'Anmelden' })).toBeTruthy();
    expect(screen.getByLabelText('E-Mail')).toBeTruthy();
    expect(localStorage.getItem('tts.language')).toBe('de');
    await user.click(screen.getByRole('button', { name: 'English' }));
    expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeTruthy();
  });
});

describe('the language of an account', () => {
  test('is shown from the first page on', async () => {
    server.use(
      http.post(REFRESH, () =>
        HttpResponse.json({ access: withLocale(accessToken(agent), 'de'), expires_in: 900 }),
      ),
      ...quietServices(),
    );
    renderRoute('/inbox');
    expect(await screen.findByRole('heading', { name: 'Posteingang' })).toBeTruthy();
    expect(
      within(screen.getByRole('navigation', { name: 'Hauptnavigation' })).getByText('Archiv'),
    ).toBeTruthy();
  });

  test('goes before the one of the browser, and an empty one does not', async () => {
    await chooseBrowserLanguage('de');
    await chooseAccountLanguage('en');
    expect(document.documentElement.lang).toBe('en');
    await chooseAccountLanguage('');
    expect(document.documentElement.lang).toBe('de');
  });

  test('is chosen in the profile', async () => {
    const sent: unknown[] = [];
    server.use(
      http.patch(ME, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(profile({ language: 'de' }));
      }),
      http.get('/api/notification/api/v1/notifications/preferences/', () =>
        problem(404, 'not_found', 'Not found.'),
      ),
      ...quietServices(),
    );
    const { user } = renderRoute('/profile?tab=appearance');
    const menu = await languageMenu();
    expect(
      within(menu)
        .getAllByRole('option')
        .map((each) => each.textContent),
    ).toEqual(['This browser’s (English)', 'English', 'Deutsch']);
    await user.selectOptions(menu, 'Deutsch');
    expect(await screen.findByRole('combobox', { name: 'Sprache' })).toBeTruthy();
    expect(sent).toEqual([{ language: 'de' }]);
    expect(localStorage.getItem('tts.accountLanguage')).toBe('de');
  });

  test('stays what it was when it can’t be kept', async () => {
    server.use(
      http.patch(ME, () => problem(503, 'unavailable', 'Try again later.')),
      http.get('/api/notification/api/v1/notifications/preferences/', () =>
        problem(404, 'not_found', 'Not found.'),
      ),
      ...quietServices(),
    );
    const { user } = renderRoute('/profile?tab=appearance');
    await user.selectOptions(await languageMenu(), 'Deutsch');
    expect(await screen.findByText('Try again later.')).toBeTruthy();
    expect(document.documentElement.lang).toBe('en');
    expect((screen.getByRole('combobox', { name: 'Language' }) as HTMLSelectElement).value).toBe('');
  });
});

describe('in German', () => {
  beforeEach(() => chooseBrowserLanguage('de'));

  test('dates, durations, numbers and sizes are written as there', () => {
    setSetting('timeZone', 'UTC');
    expect(formatDateTime('2026-11-22T17:05:00Z')).toBe('22.11.2026, 17:05');
    expect(formatDuration(93_600)).toBe('1 T 2h');
    expect(formatNumber(33.333)).toBe('33,3');
    expect(formatBytes(2_500_000)).toBe('2,5 MB');
    expect(weekdayName(0)).toBe('Montag');
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(formatRelative('2026-11-22T14:00:00Z', now)).toBe('in 2 Std.');
    expect(formatRelative('2026-11-21T11:00:00Z', now)).toBe('gestern');
  });

  test('names are in the order of the German alphabet', () => {
    expect(['Zoll', 'Österreich', 'Ost'].sort(compareNames)).toEqual(['Ost', 'Österreich', 'Zoll']);
  });

  test('a refusal is said by its code, and without a sentence for it in the words of the service', async () => {
    server.use(
      http.get('/api/one', () => problem(409, 'four_eyes', 'Nobody approves what they did themselves.')),
      http.get('/api/two', () => problem(409, 'illegal_move', 'An archived workflow is not paused.')),
    );
    const said = async (address: string) =>
      toProblem(await client.get(address).catch((error: unknown) => error)).message;
    expect(await said('/one')).toBe('Niemand kann genehmigen, was er selbst beantragt oder bearbeitet hat.');
    expect(await said('/two')).toBe('An archived workflow is not paused.');
  });
});

test('the mirrored language of the tests runs from right to left', async () => {
  localStorage.setItem('tts.language', 'en-XB');
  await applyLanguage();
  expect(document.documentElement.dir).toBe('rtl');
  server.use(...signedOutServices());
  renderRoute('/login');
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeTruthy();
});
