import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

const LINES = 5;

/** What is asked for, in the words of the one who asks; a long story is folded. */
export function Description({ text }: { text: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [isLong, setLong] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (box) setLong(box.scrollHeight > box.clientHeight + 1);
  }, []);
  return (
    <Box component="section" aria-label={t('ticket.description')} sx={{ maxWidth: 820, mt: -0.5 }}>
      <Box
        ref={ref}
        dir="auto"
        sx={{
          fontSize: '0.875rem',
          lineHeight: 1.6,
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
          ...(!isOpen && {
            display: '-webkit-box',
            WebkitLineClamp: LINES,
            WebkitBoxOrient: 'vertical',
            overflow: 'hidden',
          }),
        }}
      >
        {text}
      </Box>
      {isLong && (
        <Button variant="text" color="inherit" onClick={() => setOpen(!isOpen)} sx={{ ml: -1.5 }}>
          {t(isOpen ? 'ticket.fold' : 'ticket.unfold')}
        </Button>
      )}
    </Box>
  );
}
