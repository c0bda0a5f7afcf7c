import '@/i18n/ticket';
import i18next from 'i18next';
import { afterEach, expect, test } from 'vitest';
import { applyLanguage } from '@/i18n/languages';
import { setSetting } from '@/lib/settings';
import { explained } from './explained';

const record = {
  explanation: "It was Ines's turn after Amara among the members of IT Support. Kenji is away.",
  explanation_parts: [
    { code: 'turn_after', params: { person: 'Ines', before: 'Amara', role: 'IT Support' } },
    { code: 'passed_away', params: { person: 'Kenji' } },
  ],
};

afterEach(async () => {
  localStorage.clear();
  await applyLanguage();
});

test('why somebody was assigned is said in the language shown', async () => {
  setSetting('language', 'de');
  await applyLanguage();

  expect(explained(record, i18next.t, i18next)).toBe(
    'Ines war nach Amara unter den Mitgliedern der Rolle IT Support an der Reihe. Kenji ist abwesend.',
  );

  setSetting('language', 'en');
  await applyLanguage();
  expect(explained(record, i18next.t, i18next)).toBe(
    'It was Ines’s turn after Amara among the members of IT Support. Kenji is away.',
  );
});

test('a reason of a newer release is shown in the words of the service', async () => {
  setSetting('language', 'de');
  await applyLanguage();
  const newer = { explanation: 'Because.', explanation_parts: [{ code: 'of_a_newer_release', params: {} }] };

  expect(explained(newer, i18next.t, i18next)).toBe('Because.');
});
