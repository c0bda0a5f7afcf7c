import '@/i18n/ticket';
import { Box, Button, ButtonGroup, MenuItem } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Kbd } from '@/components/ui/Kbd';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconChevronUp, IconSend } from '@/lib/icons';
import type { ComposerAct } from './Composer';

interface Props {
  label: string;
  isReady: boolean;
  isBusy: boolean;
  /** An act needs words. */
  mayAct: boolean;
  acts: ComposerAct[];
  onSend: () => void;
  onAct: (act: ComposerAct) => void;
}

/** Send, or send and do something with the ticket in one go. */
export function SendButton({ label, isReady, isBusy, mayAct, acts, onSend, onAct }: Props) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <ButtonGroup variant="contained" disabled={!isReady} disableElevation>
        <Tooltip title={isReady ? t('conversation.sendHint') : ''}>
          <Button loading={isBusy} onClick={onSend} endIcon={<IconSend size={15} />}>
            {label}
          </Button>
        </Tooltip>
        {acts.length > 0 && (
          <Button
            aria-label={t('conversation.sendAndMore', { send: label })}
            aria-haspopup="menu"
            disabled={!isReady || !mayAct}
            aria-expanded={anchor !== null}
            onClick={(event) => setAnchor(event.currentTarget)}
            sx={{ px: 0.75, minWidth: 32 }}
          >
            <IconChevronUp size={16} />
          </Button>
        )}
      </ButtonGroup>
      <LazyMenu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'top', horizontal: 'right' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      >
        {acts.map((act, index) => (
          <MenuItem
            key={act.id}
            onClick={() => {
              setAnchor(null);
              onAct(act);
            }}
          >
            <Box component="span" sx={{ flex: 1, marginInlineEnd: 2 }}>
              {t('conversation.sendAnd', { send: label, act: act.label })}
            </Box>
            {index === 0 && act.isForward && <Kbd>Ctrl ⇧ Enter</Kbd>}
          </MenuItem>
        ))}
      </LazyMenu>
    </>
  );
}
