import { Box, IconButton, OutlinedInput } from '@mui/material';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconSearch, IconX } from '@/lib/icons';
import { useIsLeaving } from '@/lib/useIsLeaving';

interface Props {
  value: string;
  label: string;
  onChange: (value: string) => void;
  id?: string;
}

const SETTLE_MS = 250;

/** Typing is shown at once and reported when it settles. */
export function SearchField({ value, label, onChange, id }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const reported = useRef(value);
  const isLeaving = useIsLeaving();

  useEffect(() => {
    if (value !== reported.current) {
      reported.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === reported.current) return;
    const timer = setTimeout(() => {
      // To change this page's address now would take back the click that leads away from it.
      if (isLeaving()) return;
      reported.current = text;
      onChange(text);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, onChange, isLeaving]);

  return (
    <OutlinedInput
      id={id}
      type="search"
      value={text}
      placeholder={label}
      onChange={(event) => setText(event.target.value)}
      inputProps={{ 'aria-label': label, dir: 'auto' }}
      startAdornment={
        <Box component="span" sx={{ display: 'flex', color: 'text.secondary', marginInlineEnd: 0.75 }}>
          <IconSearch size={15} />
        </Box>
      }
      endAdornment={
        text ? (
          <IconButton
            size="small"
            aria-label={t('filter.clearSearch')}
            onClick={() => setText('')}
            edge="end"
          >
            <IconX size={14} />
          </IconButton>
        ) : undefined
      }
      sx={{
        height: 32,
        fontSize: '0.8125rem',
        paddingInlineStart: 1.125,
        width: { xs: '100%', sm: 240 },
        '& input::-webkit-search-cancel-button': { display: 'none' },
      }}
    />
  );
}
