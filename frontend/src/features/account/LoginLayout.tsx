import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '@/components/ui/Logo';
import { Row } from '@/components/ui/layout';
import { useDocumentTitle } from '@/components/ui/PageHeader';

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
      <Typography variant="caption" sx={{ color: 'text.secondary', pb: 2 }}>
        {t('login.footer')}
      </Typography>
    </Box>
  );
}
