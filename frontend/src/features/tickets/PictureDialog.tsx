import '@/i18n/ticket';
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QueryState } from '@/components/ui/States';
import { saveBlob } from '@/lib/saveBlob';
import type { ShownFile } from './Files';

/** A picture in full. It is fetched like a download, and shown from memory. */
export function PictureDialog({ file, onClose }: { file: ShownFile; onClose: () => void }) {
  const { t } = useTranslation();
  const titleId = useId();
  const picture = useQuery({ queryKey: ['picture', file.url, file.id], queryFn: file.fetch, gcTime: 0 });
  const address = useAddress(picture.data);
  return (
    <Dialog open onClose={onClose} maxWidth="xl" aria-labelledby={titleId}>
      <DialogTitle id={titleId} sx={{ overflowWrap: 'anywhere' }}>
        {file.file_name}
      </DialogTitle>
      <DialogContent sx={{ minWidth: 'min(420px, 80vw)' }}>
        <QueryState query={picture} rows={4} height={60} />
        {address && (
          <Box
            component="img"
            src={address}
            alt={file.file_name}
            sx={{ display: 'block', mx: 'auto', maxWidth: '100%', maxHeight: '72vh', objectFit: 'contain' }}
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="text" color="inherit" onClick={onClose}>
          {t('action.close')}
        </Button>
        <Button
          variant="contained"
          disabled={!picture.data}
          onClick={() => picture.data && saveBlob(picture.data, file.file_name)}
        >
          {t('ticket.download')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** An address for what is in memory, as long as it is shown. */
function useAddress(blob: Blob | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}
