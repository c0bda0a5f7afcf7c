import { Box } from '@mui/material';

/** The dot before a notification; it keeps its place where the notification was read. */
export function UnreadDot({ isRead }: { isRead: boolean }) {
  return (
    <Box
      aria-hidden
      sx={{
        mt: 0.875,
        width: 7,
        height: 7,
        borderRadius: '50%',
        flexShrink: 0,
        bgcolor: isRead ? 'transparent' : 'primary.main',
      }}
    />
  );
}
