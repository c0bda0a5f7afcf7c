import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router-dom';
import { Logo } from '@/components/ui/Logo';
import { Grow } from '@/components/ui/layout';
import { Tooltip } from '@/components/ui/Tooltip';
import { type Destination, isActive } from './destinations';

interface Props {
  destinations: Destination[];
  slim: boolean;
  counts: Partial<Record<Destination['name'], number>>;
}

export function Navigation({ destinations, slim, counts }: Props) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Box
      component="nav"
      aria-label={t('nav.label')}
      sx={{ display: 'flex', flexDirection: 'column', p: 1, gap: 0.25 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 0.75, height: 40, mb: 1 }}>
        <Logo />
        {!slim && (
          <Box sx={{ fontWeight: 650, fontSize: '0.875rem', letterSpacing: '-0.01em' }}>{t('app.short')}</Box>
        )}
      </Box>
      {(['work', 'admin'] as const).map((section) => {
        const items = destinations.filter((each) => each.section === section);
        if (items.length === 0) return null;
        return (
          <Box key={section} sx={{ mb: 1.5 }}>
            {!slim && section === 'admin' && (
              <Box sx={{ typography: 'overline', color: 'text.secondary', px: 1, pb: 0.5 }}>
                {t('nav.admin')}
              </Box>
            )}
            {items.map((item) => {
              const active = isActive(item, pathname);
              const label = t(`nav.${item.name}`);
              const count = counts[item.name] ?? 0;
              return (
                <Tooltip key={item.to} title={slim ? label : ''} placement="right">
                  <Box
                    component={Link}
                    to={item.to}
                    aria-current={active ? 'page' : undefined}
                    aria-label={slim ? label : undefined}
                    sx={{
                      display: 'flex',
                      alignItems: 'center',
                      gap: 1.25,
                      height: 34,
                      px: 1.25,
                      borderRadius: 1,
                      fontSize: '0.8125rem',
                      fontWeight: active ? 600 : 500,
                      color: active ? 'text.primary' : 'text.secondary',
                      bgcolor: active ? 'surface.selected' : 'transparent',
                      textDecoration: 'none',
                      '&:hover': {
                        bgcolor: active ? 'surface.selected' : 'surface.hover',
                        color: 'text.primary',
                      },
                      '& svg': { color: active ? 'primary.main' : 'inherit', flexShrink: 0 },
                    }}
                  >
                    <item.icon size={17} aria-hidden />
                    {!slim && <Grow>{label}</Grow>}
                    {!slim && count > 0 && (
                      <Box
                        sx={{
                          fontSize: '0.75rem',
                          color: 'text.secondary',
                          fontVariantNumeric: 'tabular-nums',
                        }}
                      >
                        {count}
                      </Box>
                    )}
                  </Box>
                </Tooltip>
              );
            })}
          </Box>
        );
      })}
    </Box>
  );
}
