import { Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { useDocumentTitle } from '@/components/ui/PageHeader';
import { EmptyState } from '@/components/ui/States';
import { IconHelp } from '@/lib/icons';

export function MissingPage() {
  const { t } = useTranslation();
  useDocumentTitle(t('missing.title'));
  return (
    <EmptyState
      icon={<IconHelp size={22} />}
      title={t('missing.title')}
      hint={t('missing.hint')}
      action={
        <Button component={Link} to="/" variant="outlined">
          {t('missing.home')}
        </Button>
      }
    />
  );
}
