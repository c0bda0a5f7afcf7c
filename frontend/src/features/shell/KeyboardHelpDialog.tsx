import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { Kbd } from '@/components/ui/Kbd';
import { Text } from '@/components/ui/layout';
import type { Command } from '@/lib/commands';

export interface KeyboardHelpProps {
  open: boolean;
  onClose: () => void;
  commands: Command[];
}

export function KeyboardHelpDialog({ open, onClose, commands }: KeyboardHelpProps) {
  const { t } = useTranslation();
  const rows = [
    { id: 'palette', label: t('palette.title'), keys: ['Ctrl', 'K'] },
    ...commands
      .filter((command) => command.keys)
      .map((command) => ({ id: command.id, label: command.label, keys: command.keys?.split(' ') ?? [] })),
    { id: 'send', label: t('help.send'), keys: ['Ctrl', 'Enter'] },
    { id: 'send-on', label: t('help.sendOn'), keys: ['Ctrl', 'Shift', 'Enter'] },
    { id: 'canned', label: t('help.canned'), keys: ['/'] },
    { id: 'bold', label: t('help.bold'), keys: ['Ctrl', 'B'] },
    { id: 'italic', label: t('help.italic'), keys: ['Ctrl', 'I'] },
    { id: 'choose', label: t('help.choose'), keys: ['x'] },
    { id: 'range', label: t('help.chooseRange'), keys: ['Shift', 'x'] },
    { id: 'all', label: t('help.chooseAll'), keys: ['Ctrl', 'A'] },
  ];
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="keyboard-help-title">
      <DialogTitle id="keyboard-help-title">{t('help.title')}</DialogTitle>
      <DialogContent>
        <Box component="dl" sx={{ m: 0 }}>
          {rows.map((row) => (
            <Box
              key={row.id}
              sx={{
                display: 'flex',
                alignItems: 'center',
                justifyContent: 'space-between',
                py: 0.75,
                borderBottom: 1,
                borderColor: 'divider',
                fontSize: '0.8125rem',
              }}
            >
              <dt>{row.label}</dt>
              <Box component="dd" sx={{ m: 0, display: 'flex', gap: 0.5 }}>
                {row.keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </Box>
            </Box>
          ))}
        </Box>
        <Text variant="hint" mt={2}>
          {t('help.formatting')}
        </Text>
        <Text variant="hint" mt={1}>
          {t('help.off')}
        </Text>
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" onClick={onClose}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
