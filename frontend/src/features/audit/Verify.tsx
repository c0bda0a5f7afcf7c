import { Alert, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Verification, verifyAudit } from '@/api/audit';
import { Row, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { IconShieldCheck } from '@/lib/icons';

export function Verify() {
  const { t } = useTranslation();
  const [checked, setChecked] = useState(0);
  const verify = useMutation<Verification>({ mutationFn: () => verifyAudit(setChecked) });
  return (
    <Row gap={1} align="center">
      <Text role="status" variant="muted">
        {verify.isPending && t('audit.verifying', { count: checked })}
        {verify.data?.valid && (
          <Alert severity="success">{t('audit.intact', { count: verify.data.checked })}</Alert>
        )}
        {verify.data && !verify.data.valid && (
          <Alert severity="error">
            {t('audit.broken', { id: verify.data.first_bad_id, problem: verify.data.problem })}
          </Alert>
        )}
        {verify.isError && <Alert severity="error">{problemText(verify.error, t)}</Alert>}
      </Text>
      <Button
        variant="outlined"
        startIcon={<IconShieldCheck size={15} />}
        loading={verify.isPending}
        onClick={() => {
          setChecked(0);
          verify.mutate();
        }}
      >
        {t('audit.verify')}
      </Button>
    </Row>
  );
}
