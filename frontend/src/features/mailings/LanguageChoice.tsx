import '@/i18n/people';
import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { isLanguage, LANGUAGES, type Language } from '@/i18n/languages';

export const languageCodes = Object.keys(LANGUAGES).filter(isLanguage);

interface Props {
  value: Language;
  /** Those that can't be chosen. */
  without?: Language[];
  onChange: (language: Language) => void;
}

/** Whose templates are shown: of which language, each by its own name. */
export function LanguageChoice({ value, without = [], onChange }: Props) {
  const { t } = useTranslation();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={value}
      onChange={(_event, next: Language | null) => next && onChange(next)}
      aria-label={t('mailings.language')}
      sx={{ '& .MuiToggleButton-root': { py: 0, px: 1.25, height: 32, textTransform: 'none' } }}
    >
      {languageCodes.map((code) => (
        <ToggleButton key={code} value={code} lang={code} disabled={without.includes(code)}>
          {LANGUAGES[code]}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** The language of templates that a person of this user interface looks at first. */
export function templateLanguage(asked: string, shown: string): Language {
  return isLanguage(asked) ? asked : isLanguage(shown) ? shown : 'en';
}
