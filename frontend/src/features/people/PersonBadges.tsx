import { Box } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { Profile } from '@/api/account';
import { Badge } from '@/components/ui/Badge';

/** Everything about an account that keeps somebody from signing in or from work. */
export function PersonBadges({ person, isAway = false }: { person: Profile; isAway?: boolean }) {
  const { t } = useTranslation();
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', gap: 0.5 }}>
      {!person.is_active && <Badge tone="grey">{t('people.is.inactive')}</Badge>}
      {person.is_active && !person.is_locked && person.can_sign_in && (
        <Badge tone="green">{t('people.is.active')}</Badge>
      )}
      {person.is_active && !person.can_sign_in && <Badge tone="blue">{t('people.is.invited')}</Badge>}
      {person.is_locked && <Badge tone="red">{t('people.is.locked')}</Badge>}
      {isAway && <Badge tone="amber">{t('people.is.away')}</Badge>}
    </Box>
  );
}
