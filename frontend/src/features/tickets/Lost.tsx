import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { Row } from '@/components/ui/layout';
import { useDocumentTitle } from '@/components/ui/PageHeader';
import { EmptyState } from '@/components/ui/States';
import { IconLock } from '@/lib/icons';

export function Lost({ number, onRetry }: { number: string; onRetry: () => void }) {
  const { t } = useTranslation();
  useDocumentTitle(number);
  return (
    <Box role="alert">
      <EmptyState
        icon={<IconLock size={22} />}
        title={t('ticket.lost', { number })}
        hint={t('ticket.lostHint')}
        action={
          <Row gap={1} justify="center">
            <Button variant="contained" component={Link} to="/inbox">
              {t('ticket.toInbox')}
            </Button>
            <Button variant="outlined" onClick={onRetry}>
              {t('action.retry')}
            </Button>
          </Row>
        }
      />
    </Box>
  );
}
