import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { direction } from '@/i18n/languages';
import { theme } from './theme';

/** The theme in the direction of the language that is shown, with the words that MUI's components bring themselves. */
export function useLocalizedTheme(): typeof theme {
  const { t } = useTranslation();
  return useMemo(() => {
    const { MuiAutocomplete, MuiAlert } = theme.components ?? {};
    const choice = {
      openText: t('choice.open'),
      closeText: t('choice.close'),
      clearText: t('choice.clear'),
      noOptionsText: t('choice.none'),
      loadingText: t('state.loading'),
    };
    return {
      ...theme,
      direction: direction(),
      components: {
        ...theme.components,
        MuiAutocomplete: {
          ...MuiAutocomplete,
          defaultProps: { ...MuiAutocomplete?.defaultProps, ...choice },
        },
        MuiAlert: { ...MuiAlert, defaultProps: { ...MuiAlert?.defaultProps, closeText: t('action.close') } },
      },
    };
  }, [t]);
}
