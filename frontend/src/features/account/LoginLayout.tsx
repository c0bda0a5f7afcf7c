import { Box, Link as MuiLink, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '@/components/ui/Logo';
import { Row } from '@/components/ui/layout';
import { useDocumentTitle } from '@/components/ui/PageHeader';
import { chooseBrowserLanguage, isLanguage, LANGUAGES } from '@/i18n/languages';

export function LoginLayout({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  const { t } = useTranslation();
  useDocumentTitle(title);
  return (
    <Box
      component="main"
      sx={{
        minHeight: '100dvh',
        display: 'grid',
        gridTemplateRows: '1fr auto',
        justifyItems: 'center',
        bgcolor: 'surface.canvas',
        px: 2,
      }}
    >
      <Box sx={{ width: '100%', maxWidth: 380, alignSelf: 'center', py: 4 }}>
        <Row gap={1.25} align="center" nowrap mb={3}>
          <Logo size={32} />
          <Typography component="p" sx={{ fontWeight: 650, letterSpacing: '-0.01em' }}>
            {t('app.name')}
          </Typography>
        </Row>
        <Box
          sx={{
            bgcolor: 'background.paper',
            border: 1,
            borderColor: 'divider',
            borderRadius: 3,
            p: { xs: 2.5, sm: 3.5 },
            boxShadow: '0 1px 2px rgb(0 0 0 / 0.04), 0 12px 32px rgb(0 0 0 / 0.05)',
          }}
        >
          <Typography variant="h1" sx={{ mb: 0.5 }}>
            {title}
          </Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary', mb: 2.5 }}>
            {hint}
          </Typography>
          {children}
        </Box>
      </Box>
      <Box sx={{ display: 'grid', justifyItems: 'center', gap: 1, pb: 2, textAlign: 'center' }}>
        <LanguageSwitch />
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          {t('login.footer')}
        </Typography>
      </Box>
    </Box>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <Box role="group" aria-label={t('login.language')} sx={{ display: 'flex', gap: 2 }}>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <MuiLink
          key={code}
          component="button"
          type="button"
          lang={code}
          aria-pressed={code === i18n.language}
          onClick={() => isLanguage(code) && void chooseBrowserLanguage(code)}
          sx={{
            fontSize: '0.75rem',
            minHeight: 24,
            color: 'text.secondary',
            '&[aria-pressed=true]': { fontWeight: 650, color: 'text.primary' },
          }}
        >
          {name}
        </MuiLink>
      ))}
    </Box>
  );
}
