import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { parts, refusals, systemReasons } from './de';
import { i18next } from './index';

/** The English files, by the name that their part has in another language. */
const english = Object.fromEntries(
  Object.entries(import.meta.glob<Record<string, object>>('./*.ts', { eager: true }))
    .map(([path, file]) => [path.slice(2, -3), file] as const)
    .filter(([name]) => !['index', 'languages', 'translation', 'catalogue.test'].includes(name))
    .map(([name, file]) => [name === 'en' ? 'app' : name, file[name]] as const),
);
// The others were added to this one: look at it as it is written.
vi.resetModules();
english.app = (await import('./en')).en;

/** Right as they are in German, too. */
const SAME_IN_BOTH = new Set(
  `Administration|Administrator|Alarm|Alarm: {{when}}|API|Archiv|Agent|Board|Budget|Client|Code|CSV|Dashboard|Details|Hash|Issuer|JSON|Link|Logo|Median|Name|Offline|Passkey|Passkeys
  |Olga|Olga Berg|Operator|Scopes|SLA|Start|Status|System|Team|Test|Text|Ticket|Ticket Tracking|Ticket Tracking System
  |Tickets|TX20261122000001|URL|Version|Webhooks|Workflow|Workflows|p90|Team: {{role}}`
    .split('|')
    .map((each) => each.trim()),
);

function flat(texts: object, under = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${under}${key}`, value] as const]
        : [...flat(value as object, `${under}${key}.`)],
    ),
  );
}

/** Languages that count with more forms than English have more keys, of the same texts. */
const withoutFurtherForms = (keys: Iterable<string>) =>
  [...keys].filter((key) => !/_(zero|two|few|many)$/.test(key));

const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();

test('every English file has its German one', () => {
  expect(Object.keys(parts).sort()).toEqual(Object.keys(english).sort());
});

test.each(Object.keys(english))(
  'the German part %s has every text of the English one, and no other',
  (name) => {
    const source = flat(english[name] as object);
    const german = flat(parts[name as keyof typeof parts]);

    expect(withoutFurtherForms(source.keys()).filter((key) => !german.has(key))).toEqual([]);
    expect(withoutFurtherForms(german.keys()).filter((key) => !source.has(key))).toEqual([]);
    for (const [key, text] of german) {
      expect(text.trim(), key).not.toBe('');
      const original = source.get(key) ?? source.get(key.replace(/_\w+$/, '_other')) ?? '';
      expect({ key, takes: placeholders(text) }).toEqual({ key, takes: placeholders(original) });
    }
  },
);

test.each(Object.keys(english))('no text of the German part %s was left in English', (name) => {
  const source = flat(english[name] as object);
  const left = [...flat(parts[name as keyof typeof parts])].filter(
    ([key, text]) => text === source.get(key) && hasWords(text) && !SAME_IN_BOTH.has(text),
  );
  expect(left).toEqual([]);
});

function hasWords(text: string): boolean {
  return /\p{L}{3,}/u.test(text.replace(/\{\{\w+\}\}/g, ''));
}

test('German quotation marks stand in German texts', () => {
  const texts = [
    ...Object.values(parts).flatMap((part) => [...flat(part).values()]),
    ...Object.values(refusals),
    ...Object.values(systemReasons),
  ];
  expect(texts.filter((text) => /["”]|“[^“”„]*“/.test(text.replace(/„[^“„]*“/g, '')))).toEqual([]);
});

test('people are addressed formally', () => {
  const texts = [
    ...Object.values(parts).flatMap((part) => [...flat(part).values()]),
    ...Object.values(refusals),
    ...Object.values(systemReasons),
  ];
  expect(texts.filter((text) => /\b(du|dein|deine|deinen|deiner|dich|dir)\b/i.test(text))).toEqual([]);
});

test('every refusal with a German sentence is one that a service or the framework says', () => {
  const ofTheFramework = ['blank', 'null', 'permission_denied', 'required', 'throttled'];
  const services = [
    'auth',
    'workflow_api',
    'messaging',
    'notification_service',
    'ticket_service',
    'common/src',
  ];
  const sources = services.flatMap((service) =>
    readdirSync(`../${service}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.py') && !/(^|\/)(tests|migrations)\//.test(path))
      .map((path) => readFileSync(`../${service}/${path}`, 'utf8')),
  );
  const said = sources.join('\n');
  const stale = Object.keys(refusals).filter(
    (code) => !ofTheFramework.includes(code) && !said.includes(`"${code}"`),
  );
  expect(stale).toEqual([]);
});

test('every reason that the system itself gives has a German sentence', () => {
  const source = readFileSync('../workflow_api/tickets/reasons.py', 'utf8');
  const codes = [...source.matchAll(/^ {4}"(\w+)": ".+",$/gm)].map(([, code]) => code as string);
  expect(codes).toContain('hold_time_over');
  expect(Object.keys(systemReasons).sort()).toEqual(codes.sort());
});

test('a count takes the form of its language', () => {
  for (const part of Object.values(parts)) i18next.addResourceBundle('de', 'app', part, true, true);
  const t = i18next.getFixedT('de', 'app');
  expect(t('workflows.showTasks', { count: 1 })).toBe('1 laufendes Ticket');
  expect(t('workflows.showTasks', { count: 0 })).toBe('0 laufende Tickets');
  expect(t('workflows.showTasks', { count: 7 })).toBe('7 laufende Tickets');
  expect(t('designer.step.members', { count: 0 })).toBe('Keine Mitglieder.');
  expect(t('sla.title')).toBe('SLA');
  expect(t('sla.met')).toBe('Eingehalten');
});

test.each([
  'export_too_large',
  'feed_name_taken',
  'last_passkey',
  'no_passkey',
  'passkey_expired',
  'passkey_known',
  'passkey_rejected',
  'second_person_needed',
  'too_many_feeds',
  'too_many_passkeys',
])('what people may run into, %s, is said in German', (code) => {
  expect(refusals[code]).toBeTruthy();
});
