import '@/i18n/ticket';
import { Box, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { showToast } from '@/components/ui/toast';
import { IconFileText, IconPhoto } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { saveBlob } from '@/lib/saveBlob';
import { formatBytes } from '@/lib/time';

const PictureDialog = lazyPart(() => import('./PictureDialog'), 'PictureDialog');

/** What the services let a browser show; anything else is a download. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export interface ShownFile {
  id: number | string;
  file_name: string;
  content_type: string;
  size: number;
  /** Where it is, if another help desk has it. */
  url?: string | null;
  fetch: () => Promise<Blob>;
}

export function Files({ files }: { files: ShownFile[] }) {
  return (
    <Box
      component="ul"
      sx={{ listStyle: 'none', m: 0, p: 0, mt: 0.75, display: 'flex', flexWrap: 'wrap', gap: 0.75 }}
    >
      {files.map((file) => (
        <Box component="li" key={file.id} sx={{ maxWidth: '100%' }}>
          <FileButton file={file} />
        </Box>
      ))}
    </Box>
  );
}

function FileButton({ file }: { file: ShownFile }) {
  const { t } = useTranslation();
  const fetch = useMutation({
    mutationFn: () => file.fetch(),
    onSuccess: (blob) => saveBlob(blob, file.file_name),
    onError: (error) => showToast('error', toProblem(error).message || t('problem.missing.title')),
  });
  const [isOpen, setOpen] = useState(false);
  const isPicture = PICTURES.has(file.content_type);
  const looks = {
    variant: 'outlined',
    startIcon: isPicture ? <IconPhoto size={15} /> : <IconFileText size={15} />,
    sx: { fontWeight: 500, maxWidth: 'min(280px, 100%)' },
  } as const;
  const label = (
    <>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {file.file_name}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', ml: 0.75 }}>
        {formatBytes(file.size)}
      </Box>
    </>
  );
  // A file of another help desk stays there; only our own is fetched with this person's token.
  if (file.url && /^https?:/.test(file.url)) {
    return (
      <Button {...looks} component="a" href={file.url} target="_blank" rel="noreferrer">
        {label}
      </Button>
    );
  }
  return (
    <>
      <Button
        {...looks}
        loading={fetch.isPending}
        aria-haspopup={isPicture ? 'dialog' : undefined}
        onClick={() => (isPicture ? setOpen(true) : fetch.mutate())}
      >
        {label}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <PictureDialog file={file} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
