import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { Text } from '@/components/ui/layout';
import { showToast } from '@/components/ui/toast';
import { IconFileText, IconPhoto } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { formatBytes } from '@/lib/time';
import { isElsewhere, isViewable, kindOf, type ShownFile } from './shownFile';
import { isThumbnailed, Thumbnail } from './Thumbnail';
import { useOpenFile } from './TicketFiles';

export function Files({ files }: { files: ShownFile[] }) {
  return (
    <Box
      component="ul"
      sx={{
        listStyle: 'none',
        m: 0,
        p: 0,
        mt: 0.75,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'flex-end',
        gap: 0.75,
      }}
    >
      {files.map((file) => (
        <Box component="li" key={file.key} sx={{ maxWidth: '100%' }}>
          {file.removed_at ? <RemovedFile file={file} /> : <FileButton file={file} />}
        </Box>
      ))}
    </Box>
  );
}

/** What is left of a file that the retention rule removed. */
function RemovedFile({ file }: { file: ShownFile }) {
  const { t } = useTranslation();
  return (
    <Text variant="hint">
      {t('files.removed', { name: file.file_name, count: file.removed_after_days ?? 0 })}
    </Text>
  );
}

function FileButton({ file }: { file: ShownFile }) {
  const { t } = useTranslation();
  const openFile = useOpenFile();
  const fetch = useMutation({
    mutationFn: () => file.fetch(),
    onSuccess: (blob) => saveBlob(blob, file.file_name),
    onError: (error) => showToast('error', toProblem(error).message || t('problem.missing.title')),
  });
  const kind = kindOf(file);
  const looks = {
    variant: 'outlined',
    startIcon:
      kind === 'picture' || kind === 'foreign' ? <IconPhoto size={15} /> : <IconFileText size={15} />,
    sx: { fontWeight: 500, maxWidth: 'min(280px, 100%)' },
  } as const;
  const label = (
    <>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {file.file_name}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', marginInlineStart: 0.75, flexShrink: 0 }}>
        {formatBytes(file.size)}
      </Box>
    </>
  );
  if (isElsewhere(file)) {
    return (
      <Button {...looks} component="a" href={file.url ?? ''} target="_blank" rel="noreferrer">
        {label}
      </Button>
    );
  }
  if (!isViewable(file)) {
    return (
      <Button {...looks} loading={fetch.isPending} onClick={() => fetch.mutate()}>
        {label}
      </Button>
    );
  }
  const view = { 'aria-haspopup': 'dialog', onClick: () => openFile(file.key) } as const;
  if (!isThumbnailed(file)) {
    return (
      <Button {...looks} {...view}>
        {label}
      </Button>
    );
  }
  return (
    <Button
      {...view}
      variant="outlined"
      sx={{ display: 'block', width: 168, maxWidth: '100%', p: 0, overflow: 'hidden', fontWeight: 500 }}
    >
      <Thumbnail file={file} />
      <Box sx={{ display: 'flex', px: 0.75, py: 0.375, fontSize: '0.75rem', whiteSpace: 'nowrap' }}>
        {label}
      </Box>
    </Button>
  );
}
