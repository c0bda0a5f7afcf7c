import '@/i18n/ticket';
import { Box, Button, IconButton } from '@mui/material';
import { useTranslation } from 'react-i18next';
import type { UploadedFile } from '@/api/comments';
import { IconX } from '@/lib/icons';
import { formatBytes } from '@/lib/time';
import type { Upload } from './useUploads';

interface Props {
  files: UploadedFile[];
  expired: ReadonlySet<number>;
  uploads: Upload[];
  refusals: string[];
  onRemove: (file: UploadedFile) => void;
  onDrop: (key: number) => void;
  onRetry: (upload: Upload) => void;
}

const chip = {
  display: 'inline-flex',
  alignItems: 'center',
  gap: 0.5,
  paddingInlineStart: 1,
  minHeight: 26,
  maxWidth: '100%',
  fontSize: '0.75rem',
  bgcolor: 'surface.hover',
  borderRadius: 1,
} as const;
const name = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
const failed = { ...chip, color: 'error.main', border: 1, borderColor: 'error.main' } as const;

/** The files of what is being written: those that are on the server, on their way, and refused. */
export function ComposerFiles({ files, expired, uploads, refusals, onRemove, onDrop, onRetry }: Props) {
  const { t } = useTranslation();
  if (files.length + uploads.length + refusals.length === 0) return null;
  const remove = (label: string, run: () => void) => (
    <IconButton
      aria-label={t('conversation.removeFile', { name: label })}
      onClick={run}
      sx={{ minWidth: 24, minHeight: 24 }}
    >
      <IconX size={13} />
    </IconButton>
  );
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, px: 1.5, pt: 0.5 }}>
      {files.map((file) => (
        <Box key={file.id} sx={expired.has(file.id) ? failed : chip}>
          <Box component="span" sx={name}>
            {file.file_name} · {expired.has(file.id) ? t('conversation.expired') : formatBytes(file.size)}
          </Box>
          {remove(file.file_name, () => onRemove(file))}
        </Box>
      ))}
      {uploads.map((upload) => (
        <Box key={upload.key} role="status" sx={upload.failure ? failed : chip}>
          <Box component="span" sx={name}>
            {upload.file.name} ·{' '}
            {upload.failure ?? t('conversation.uploading', { percent: Math.round(upload.progress * 100) })}
          </Box>
          {upload.failure && (
            <Button
              variant="text"
              color="inherit"
              onClick={() => onRetry(upload)}
              sx={{ minHeight: 24, py: 0, px: 0.5, fontSize: '0.75rem' }}
            >
              {t('action.retry')}
            </Button>
          )}
          {remove(upload.file.name, () => onDrop(upload.key))}
        </Box>
      ))}
      {refusals.length > 0 && (
        <Box role="alert" sx={{ fontSize: '0.75rem', color: 'error.main' }}>
          {refusals.map((each) => (
            <div key={each}>{each}</div>
          ))}
        </Box>
      )}
    </Box>
  );
}
