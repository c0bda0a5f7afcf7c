import '@/i18n/identity';
import { Box, IconButton, InputAdornment, TextField } from '@mui/material';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Stack, VisuallyHidden } from '@/components/ui/layout';
import { IconCheck, IconCircleDashed, IconEye, IconEyeOff } from '@/lib/icons';
import { HINTS, type Judgement, SHORTEST, STRENGTHS } from './passwordHints';

interface Props {
  value: string;
  judged: Judgement;
  /** What the server said about this one. */
  refused?: string;
  label?: string;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

const COLOR = {
  none: 'divider',
  weak: 'tone.red.solid',
  enough: 'tone.amber.solid',
  good: 'tone.blue.solid',
  strong: 'tone.green.solid',
} as const;

/** A new password with its rules beside it, ticked while typing, and a bar of how strong it is. */
export function NewPasswordField({ value, judged, refused, label, autoFocus, onChange }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const rulesId = useId();
  return (
    <Stack gap={1}>
      <TextField
        label={label ?? t('password.new')}
        type={shown ? 'text' : 'password'}
        value={value}
        autoFocus={autoFocus}
        size="small"
        autoComplete="new-password"
        error={Boolean(refused)}
        helperText={refused}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{
          htmlInput: { 'aria-describedby': rulesId, maxLength: 256, spellCheck: false },
          input: {
            endAdornment: (
              <InputAdornment position="end">
                <IconButton
                  edge="end"
                  aria-label={t(shown ? 'password.hideNew' : 'password.showNew')}
                  aria-pressed={shown}
                  onClick={() => setShown(!shown)}
                >
                  {shown ? <IconEyeOff size={17} /> : <IconEye size={17} />}
                </IconButton>
              </InputAdornment>
            ),
          },
        }}
      />
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, minHeight: 18 }}>
        {[1, 2, 3, 4].map((step) => (
          <Box
            key={step}
            aria-hidden
            sx={{
              flex: 1,
              height: 4,
              borderRadius: 2,
              bgcolor: step <= STRENGTHS.indexOf(judged.strength) ? COLOR[judged.strength] : 'divider',
            }}
          />
        ))}
        <Box
          role="status"
          sx={{ width: 90, textAlign: 'end', fontSize: '0.75rem', color: 'text.secondary', flexShrink: 0 }}
        >
          {t(`password.strength.${judged.strength}`)}
        </Box>
      </Box>
      <Box
        component="ul"
        id={rulesId}
        sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 0.375, fontSize: '0.75rem' }}
      >
        {HINTS.map((hint) => {
          const isMet = judged.fits[hint];
          return (
            <Box
              component="li"
              key={hint}
              sx={{
                display: 'flex',
                gap: 0.75,
                alignItems: 'center',
                color: isMet ? 'text.primary' : 'text.secondary',
                '& svg': { flexShrink: 0, color: isMet ? 'tone.green.solid' : 'text.disabled' },
              }}
            >
              {isMet ? <IconCheck size={14} aria-hidden /> : <IconCircleDashed size={14} aria-hidden />}
              <VisuallyHidden>{t(isMet ? 'password.met' : 'password.open')}</VisuallyHidden>
              {t(`password.hint.${hint}`, { count: SHORTEST })}
            </Box>
          );
        })}
      </Box>
    </Stack>
  );
}
