import '@/i18n/identity';
import { Button } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { setPasswordByLink } from '@/api/passwords';
import { ChoosePassword } from '@/features/account/ChoosePassword';
import { LoginLayout } from '@/features/account/LoginLayout';

export function ResetPage() {
  const { t } = useTranslation();
  const { token = '' } = useParams();
  const [isInvalid, setInvalid] = useState(false);
  if (isInvalid) {
    return (
      <LoginLayout title={t('reset.invalidTitle')} hint={t('reset.invalidHint')}>
        <Button component={Link} to="/forgot" variant="contained" fullWidth sx={{ minHeight: 38 }}>
          {t('reset.another')}
        </Button>
      </LoginLayout>
    );
  }
  return (
    <LoginLayout title={t('reset.title')} hint={t('reset.hint')}>
      <ChoosePassword
        submit={t('reset.submit')}
        notice="passwordReset"
        save={(password) => setPasswordByLink({ token, password })}
        onLinkInvalid={() => setInvalid(true)}
      />
    </LoginLayout>
  );
}
