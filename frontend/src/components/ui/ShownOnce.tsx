import '@/i18n/identity';
import { Box, Button, IconButton } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tooltip } from '@/components/ui/Tooltip';
import { IconCheck, IconCopy, IconDownload } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';

interface Props {
  label: string;
  lines: string[];
  /** Offers the lines as a file of this name. */
  fileName?: string;
}

/** Something that is shown this one time: easy to copy, easy to keep. */
export function ShownOnce({ label, lines, fileName }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const text = lines.join('\n');
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Box>
      <Box
        role="group"
        aria-label={label}
        sx={{
          display: 'flex',
          gap: 1,
          alignItems: 'flex-start',
          p: 1.5,
          border: 1,
          borderColor: 'divider',
          borderRadius: 2,
          bgcolor: 'surface.canvas',
        }}
      >
        <Box
          component="code"
          sx={{
            flex: 1,
            minWidth: 0,
            display: 'grid',
            gridTemplateColumns: lines.length > 1 ? 'repeat(auto-fit, minmax(120px, 1fr))' : '1fr',
            gap: 0.75,
            fontSize: '0.8125rem',
            overflowWrap: 'anywhere',
          }}
        >
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </Box>
        <Tooltip title={t(copied ? 'once.copied' : 'once.copy')}>
          <IconButton aria-label={t(copied ? 'once.copied' : 'once.copy')} onClick={() => void copy()}>
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </IconButton>
        </Tooltip>
      </Box>
      {fileName && (
        <Button
          variant="text"
          color="inherit"
          startIcon={<IconDownload size={16} />}
          onClick={() => saveBlob(new Blob([`${text}\n`], { type: 'text/plain' }), fileName)}
          sx={{ mt: 0.5 }}
        >
          {t('once.download')}
        </Button>
      )}
    </Box>
  );
}
