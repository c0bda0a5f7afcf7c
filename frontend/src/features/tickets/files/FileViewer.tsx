import '@/i18n/ticket';
import { Box, Button, Dialog, IconButton } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, QueryState } from '@/components/ui/States';
import { Tooltip } from '@/components/ui/Tooltip';
import {
  IconArrowsMaximize,
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconPhoto,
  IconX,
  IconZoomIn,
  IconZoomOut,
} from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { formatBytes, formatDateTime } from '@/lib/time';
import { fileQuery, kindOf, type ShownFile } from './shownFile';
import { useAddress } from './useAddress';
import { type Zoom, zoomed } from './zoom';

interface Props {
  ticketNumber: string;
  files: ShownFile[];
  /** Which of them is shown. */
  at: number;
  onGo: (key: string) => void;
  onClose: () => void;
}

/** A picture or PDF in full, and the way to the other ones of the ticket. */
export function FileViewer({ ticketNumber, files, at, onGo, onClose }: Props) {
  const { t } = useTranslation();
  const titleId = useId();
  const file = files[at] as ShownFile;
  const kind = kindOf(file);
  const content = useQuery(fileQuery(ticketNumber, file));
  // Only as what it was checked to be: under any other type the browser might run it.
  const address = useAddress(content.data, kind === 'pdf' ? 'application/pdf' : undefined);
  const [zoom, setZoom] = useState<Zoom>('fit');
  const pictureRef = useRef<HTMLImageElement>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const isPicture = kind === 'picture' && broken !== file.key;

  const go = (step: number) => {
    const next = files[at + step];
    if (!next) return;
    setZoom('fit');
    onGo(next.key);
  };
  const change = (direction: 1 | -1) => {
    const { clientWidth = 0, naturalWidth = 0 } = pictureRef.current ?? {};
    if (naturalWidth > 0) setZoom(zoomed(clientWidth / naturalWidth, direction));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
    // An enlarged picture is moved by the arrow keys.
    if (isArrow && zoom === 'fit') go(event.key === 'ArrowLeft' ? -1 : 1);
    else if (isPicture && (event.key === '+' || event.key === '=')) change(1);
    else if (isPicture && event.key === '-') change(-1);
    else if (isPicture && event.key === '0') setZoom('fit');
    else return;
    event.preventDefault();
  };
  const download = content.data ? () => saveBlob(content.data, file.file_name) : undefined;
  const button = (label: string, key: string, icon: ReactNode, run?: () => void) => (
    <Tooltip title={key ? t('action.withKey', { label, key }) : label}>
      <IconButton aria-label={label} disabled={!run} onClick={run}>
        {icon}
      </IconButton>
    </Tooltip>
  );

  return (
    <Dialog
      open
      onClose={onClose}
      onKeyDown={onKeyDown}
      maxWidth={false}
      aria-labelledby={titleId}
      slotProps={{
        paper: {
          sx: {
            m: { xs: 0, sm: 3 },
            width: { xs: '100%', sm: 'calc(100% - 48px)' },
            height: { xs: '100%', sm: 'calc(100% - 48px)' },
            maxWidth: 'none',
            maxHeight: 'none',
            borderRadius: { xs: 0, sm: 2 },
          },
        },
      }}
    >
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 0.5,
          px: 2,
          py: 1,
          borderBottom: 1,
          borderColor: 'divider',
        }}
      >
        <Box sx={{ flex: '1 1 200px', minWidth: 0 }}>
          <Box
            id={titleId}
            component="h2"
            dir="auto"
            title={file.file_name}
            sx={{
              m: 0,
              fontSize: '0.9375rem',
              fontWeight: 620,
              overflow: 'hidden',
              textOverflow: 'ellipsis',
              whiteSpace: 'nowrap',
            }}
          >
            {file.file_name}
          </Box>
          <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
            {t('files.about', {
              size: formatBytes(file.size),
              name: file.author ?? t('conversation.gone'),
              time: formatDateTime(file.at),
            })}
          </Box>
        </Box>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 0.25 }}>
          {files.length > 1 && (
            <>
              {button(
                t('files.previous'),
                '←',
                <IconChevronLeft size={18} />,
                at > 0 ? () => go(-1) : undefined,
              )}
              <Box component="span" role="status" sx={{ fontSize: '0.75rem', whiteSpace: 'nowrap' }}>
                {t('files.position', { at: at + 1, count: files.length })}
              </Box>
              {button(
                t('files.next'),
                '→',
                <IconChevronRight size={18} />,
                at < files.length - 1 ? () => go(1) : undefined,
              )}
            </>
          )}
          {isPicture && (
            <>
              {button(t('files.zoomOut'), '-', <IconZoomOut size={18} />, () => change(-1))}
              {button(t('files.zoomIn'), '+', <IconZoomIn size={18} />, () => change(1))}
              {button(t('files.fit'), '0', <IconArrowsMaximize size={18} />, () => setZoom('fit'))}
            </>
          )}
          {button(t('ticket.download'), '', <IconDownload size={18} />, download)}
          {button(t('action.close'), 'Esc', <IconX size={18} />, onClose)}
        </Box>
      </Box>
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: 'grid',
          gridTemplate: 'minmax(0, 1fr) / minmax(0, 1fr)',
          overflow: 'auto',
          bgcolor: 'surface.canvas',
        }}
      >
        {!content.data && (
          <Box sx={{ p: 2 }}>
            <QueryState query={content} rows={4} height={60} />
          </Box>
        )}
        {address && isPicture && (
          <Picture
            key={file.key}
            address={address}
            name={file.file_name}
            zoom={zoom}
            pictureRef={pictureRef}
            onZoom={setZoom}
            onBroken={() => setBroken(file.key)}
          />
        )}
        {address && kind === 'pdf' && navigator.pdfViewerEnabled && (
          <Box
            component="iframe"
            key={address}
            src={address}
            title={file.file_name}
            sx={{ border: 0, width: '100%', height: '100%' }}
          />
        )}
        {content.data && !isPicture && !(kind === 'pdf' && navigator.pdfViewerEnabled) && (
          <EmptyState
            icon={<IconPhoto size={22} />}
            title={t('files.notShown')}
            hint={t(kind === 'pdf' ? 'files.noPdf' : 'files.noPicture')}
            action={
              <Button variant="contained" startIcon={<IconDownload size={16} />} onClick={download}>
                {t('ticket.download')}
              </Button>
            }
          />
        )}
      </Box>
    </Dialog>
  );
}

interface PictureProps {
  address: string;
  name: string;
  zoom: Zoom;
  pictureRef: React.RefObject<HTMLImageElement | null>;
  onZoom: (zoom: Zoom) => void;
  onBroken: () => void;
}

const fitted = { p: 1, gridTemplate: 'minmax(0, 1fr) / minmax(0, 1fr)' } as const;

function Picture({ address, name, zoom, pictureRef, onZoom, onBroken }: PictureProps) {
  const [width, setWidth] = useState(0);
  const isFit = zoom === 'fit';
  return (
    <Box
      // What scrolls is moved by keys.
      tabIndex={isFit ? undefined : 0}
      sx={{ minWidth: 0, minHeight: 0, overflow: 'auto', display: 'grid', ...(isFit && fitted) }}
    >
      <Box
        component="img"
        ref={pictureRef}
        src={address}
        alt={name}
        onLoad={(event: React.SyntheticEvent<HTMLImageElement>) => setWidth(event.currentTarget.naturalWidth)}
        onError={onBroken}
        onClick={() => onZoom(isFit ? 1 : 'fit')}
        sx={{
          display: 'block',
          m: 'auto',
          minWidth: 0,
          minHeight: 0,
          cursor: isFit ? 'zoom-in' : 'zoom-out',
          ...(isFit
            ? { maxWidth: '100%', maxHeight: '100%', objectFit: 'contain' }
            : { width: width * zoom, maxWidth: 'none' }),
        }}
      />
    </Box>
  );
}
