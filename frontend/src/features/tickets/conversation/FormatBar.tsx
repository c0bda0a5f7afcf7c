import '@/i18n/ticket';
import { Box, IconButton } from '@mui/material';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconBold, IconCode, IconItalic, IconLink, IconList, IconListNumbers, IconQuote } from '@/lib/icons';
import { applyFormat, FORMATS, type Format } from './formatting';

const ICONS: Record<Format, typeof IconBold> = {
  bold: IconBold,
  italic: IconItalic,
  code: IconCode,
  numbers: IconListNumbers,
  bullets: IconList,
  quote: IconQuote,
  link: IconLink,
};

interface Props {
  inputRef: RefObject<HTMLTextAreaElement | null>;
  onWrite: (text: string) => void;
}

/** Buttons for Markdown. One of them takes the Tab key, and arrow keys go along. */
export function FormatBar({ inputRef, onWrite }: Props) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState(0);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (current + step + FORMATS.length) % FORMATS.length;
    setCurrent(next);
    event.currentTarget.querySelectorAll('button')[next]?.focus();
  };
  return (
    <Box
      role="toolbar"
      aria-label={t('format.title')}
      onKeyDown={onKeyDown}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.25, px: 0.875, pt: 0.625, color: 'text.secondary' }}
    >
      {FORMATS.map(({ format, keys }, index) => {
        const Icon = ICONS[format];
        const label = t(`format.${format}`);
        return (
          <Tooltip key={format} title={t('action.withKey', { label, key: keys })}>
            <IconButton
              aria-label={label}
              tabIndex={index === current ? 0 : -1}
              // The text keeps the focus and what is selected in it.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => inputRef.current && applyFormat(inputRef.current, format, onWrite)}
              sx={{ minWidth: 28, minHeight: 28 }}
            >
              <Icon size={16} />
            </IconButton>
          </Tooltip>
        );
      })}
    </Box>
  );
}
