import { loadCode } from '@/lib/loadCode';
import { getSetting, setSetting } from '@/lib/settings';
import { i18next } from './index';

/** The languages to choose from, by their own names. `docs/translation.md` says how to add one. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

/** The English texts mirrored: for tests of the layout, chosen by nobody. */
const MIRRORED = 'en-XB';

/** The texts that are not part of the application's first files: a language is fetched when it is chosen. */
const TEXTS: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = { de: () => import('./de') };

interface Texts {
  parts: Record<string, object>;
  /** What the services say when they refuse, by their codes. */
  refusals: Record<string, string>;
  systemReasons: Record<string, string>;
}

export function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}

/** The language that the browser asks for, of those there are. */
function askedLanguage(): Language {
  return navigator.languages.map((each) => each.split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

/** The language that was chosen on the sign-in page of this browser; else the one that the browser asks for. */
export function languageOfBrowser(): Language {
  const chosen = getSetting('language');
  return isLanguage(chosen) ? chosen : askedLanguage();
}

/** The language of the account that signed in here last; else the browser's. */
function wantedLanguage(): Language | typeof MIRRORED {
  if (getSetting('language') === MIRRORED) return MIRRORED;
  const ofAccount = getSetting('accountLanguage');
  return isLanguage(ofAccount) ? ofAccount : languageOfBrowser();
}

/**
 * Show the language that is wanted. Resolves once its texts are there; where they can't be fetched, the language shown
 * stays. Call it before the first page is drawn, so that nobody sees another language first.
 */
export async function applyLanguage(): Promise<void> {
  const wanted = wantedLanguage();
  if (wanted !== i18next.language) {
    if (wanted in TEXTS && !i18next.hasResourceBundle(wanted, 'app')) {
      try {
        const { parts, refusals, systemReasons } = await loadCode(TEXTS[wanted as keyof typeof TEXTS]);
        for (const part of Object.values(parts)) i18next.addResourceBundle(wanted, 'app', part, true, true);
        i18next.addResourceBundle(wanted, 'refusals', refusals);
        i18next.addResourceBundle(wanted, 'systemReasons', systemReasons);
      } catch {
        return;
      }
    }
    // Another choice may have been made while the texts were on their way.
    if (wanted !== wantedLanguage()) return applyLanguage();
    await i18next.changeLanguage(wanted);
  }
  document.documentElement.lang = i18next.language;
  document.documentElement.dir = direction();
}

export function direction(): 'ltr' | 'rtl' {
  return i18next.language === MIRRORED ? 'rtl' : i18next.dir();
}

/** Choose a language in this browser, for whoever has not chosen one in their profile. */
export function chooseBrowserLanguage(language: Language): Promise<void> {
  setSetting('language', language);
  setSetting('accountLanguage', '');
  return applyLanguage();
}

/** The choice in the profile of who is signed in; empty for the browser's language. */
export function chooseAccountLanguage(language: string): Promise<void> {
  if (language !== getSetting('accountLanguage')) setSetting('accountLanguage', language);
  return applyLanguage();
}

/** Follow a choice that is made in another tab. */
window.addEventListener('storage', (event) => {
  if (event.key === 'tts.language' || event.key === 'tts.accountLanguage') void applyLanguage();
});
