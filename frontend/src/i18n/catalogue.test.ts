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

/** Said by the framework: by the fields of forms, its rules for passwords, and its throttles. */
const OF_THE_FRAMEWORK = `blank does_not_exist empty max_length max_value min_length min_value null
  password_entirely_numeric password_too_common password_too_short password_too_similar permission_denied required
  throttled unique`.split(/\s+/);

/** Codes whose sentence names what it is about: the service's own is shown. */
const NAMES_WHAT_IT_IS_ABOUT = `calendar_gone calendar_invalid choice_not_possible conflict definition_invalid
  document_invalid file_invalid file_removed graph_invalid illegal_move invalid invalid_duration key_taken
  missing_variable names_unknown not_discardable not_found not_retryable one_ticket password_too_long
  password_too_weak refused service_unavailable still_unreadable unknown_column`.split(/\s+/);

/** The pages have sentences of their own for these, or nobody meets them there: programs alone do. */
const NOT_FROM_HERE =
  `passkey_count_went_back passkey_invalid otp_required oidc_access_denied oidc_account_deactivated
  oidc_account_exists oidc_email_missing oidc_email_unverified oidc_failed oidc_login_required oidc_no_account
  oidc_provider_error oidc_provider_misconfigured oidc_provider_unreachable oidc_state_invalid oidc_token_invalid
  oidc_unknown_provider api_key_invalid body_too_large client_id_reused employee_not_allowed employee_required
  external_id_taken handler_failed idempotency_key_reused invalid_filter invalid_message invalid_syntax invalid_value
  logout_token_invalid not_supported not_your_ticket origin_refused search_too_long source_id_taken token_expired
  token_invalid token_revoked too_large too_many too_many_changes unknown_field unknown_filter unknown_ordering
  user_name_taken`.split(/\s+/);

const SOURCES = ['auth', 'workflow_api', 'messaging', 'notification_service', 'ticket_service', 'common/src']
  .flatMap((service) =>
    readdirSync(`../${service}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.py') && !/(^|\/)(tests|migrations)\//.test(path))
      .map((path) => readFileSync(`../${service}/${path}`, 'utf8')),
  )
  .join('\n');

test('every refusal with a German sentence is one that a service or the framework says', () => {
  const stale = Object.keys(refusals).filter(
    (code) => !OF_THE_FRAMEWORK.includes(code) && !SOURCES.includes(`"${code}"`),
  );
  expect(stale).toEqual([]);
});

test('every code with which a service refuses has a German sentence, or is known to need none', () => {
  const said = new Set(
    [...SOURCES.matchAll(/\b(?:default_)?code ?= ?"(\w+)"/g)].map(([, code]) => code as string),
  );
  expect(said).toContain('task_on_hold');
  const exempt = [...NAMES_WHAT_IT_IS_ABOUT, ...NOT_FROM_HERE];
  expect([...said].filter((code) => !(code in refusals) && !exempt.includes(code)).sort()).toEqual([]);
  expect(exempt.filter((code) => code in refusals || !said.has(code))).toEqual([]);
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
