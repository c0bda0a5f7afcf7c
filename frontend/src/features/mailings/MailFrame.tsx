import { Box } from '@mui/material';

/** A mail as it looks, in a frame without scripts, forms, or any right on this page. */
export function MailFrame({ html, title, height = 420 }: { html: string; title: string; height?: number }) {
  return (
    <Box
      component="iframe"
      sandbox=""
      srcDoc={html}
      title={title}
      referrerPolicy="no-referrer"
      sx={{
        width: '100%',
        height,
        border: 1,
        borderColor: 'divider',
        borderRadius: 2,
        // Mails are written for white paper.
        bgcolor: '#fff',
        display: 'block',
      }}
    />
  );
}
