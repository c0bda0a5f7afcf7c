import '@/i18n/ticket';
import { Alert, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';

interface Props {
  /** Placeholders without a value. */
  gaps: string;
  onGoToGap: () => void;
  length: number;
  maxLength: number;
  onAsFile: () => void;
}

/** What keeps the words from being sent as they are. */
export function ComposerNotes({ gaps, onGoToGap, length, maxLength, onAsFile }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {gaps !== '' && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" onClick={onGoToGap}>
              {t('conversation.canned.goTo')}
            </Button>
          }
        >
          {t('conversation.canned.unfilled', { names: gaps })}
        </Alert>
      )}
      {length > maxLength && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" onClick={onAsFile}>
              {t('conversation.asFile')}
            </Button>
          }
        >
          {t('conversation.tooLong', { count: length, limit: maxLength })}
        </Alert>
      )}
    </>
  );
}
