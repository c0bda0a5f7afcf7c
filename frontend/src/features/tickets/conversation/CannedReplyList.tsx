import '@/i18n/ticket';
import { Box, Link as MuiLink, Paper, Popper } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { teamRolesQuery } from '@/api/cannedReplies';
import { Text } from '@/components/ui/layout';
import { LoadingRows } from '@/components/ui/States';
import { ScopeBadge } from '@/features/canned/ScopeBadge';
import { PlainWords } from './PlainWords';
import { type CannedReplyMenu, replyOptionId } from './useCannedReplies';

/** The canned replies that match what is typed; the focus stays in the text, the arrow keys walk here. */
export function CannedReplyList({ menu, anchor }: { menu: CannedReplyMenu; anchor: HTMLElement | null }) {
  const { t } = useTranslation();
  const { id, replies, found, current, choose } = menu;
  const roles = useQuery({ ...teamRolesQuery(), enabled: found.some((reply) => reply.scope === 'team') });
  const isEmpty = replies.data?.length === 0;
  return (
    <Popper open anchorEl={anchor} placement="top-start" sx={{ zIndex: 'modal' }}>
      <Paper
        sx={{
          mb: 0.5,
          width: 460,
          maxWidth: 'calc(100vw - 32px)',
          border: 1,
          borderColor: 'divider',
          bgcolor: 'surface.raised',
          boxShadow: '0 8px 28px rgb(0 0 0 / 0.14)',
          p: 0.5,
        }}
      >
        {replies.isPending && <LoadingRows rows={2} />}
        {found.length === 0 && !replies.isPending && (
          <Box sx={{ px: 1, py: 0.75, fontSize: '0.8125rem', color: 'text.secondary' }} role="status">
            {replies.isError
              ? t('conversation.canned.failed')
              : t(isEmpty ? 'conversation.canned.none' : 'conversation.canned.nothing')}
          </Box>
        )}
        {found.length > 0 && (
          <Box
            component="ul"
            role="listbox"
            id={id}
            aria-label={t('conversation.canned.menu')}
            sx={{ m: 0, p: 0, maxHeight: 'min(320px, 45vh)', overflowY: 'auto' }}
          >
            {found.map((reply, index) => (
              <Box
                component="li"
                key={reply.id}
                id={replyOptionId(id, reply)}
                role="option"
                aria-selected={index === current}
                ref={(row: HTMLLIElement | null) => {
                  if (index === current) row?.scrollIntoView({ block: 'nearest' });
                }}
                // Before the text loses the focus.
                onMouseDown={(event) => {
                  event.preventDefault();
                  choose(reply);
                }}
                sx={{
                  listStyle: 'none',
                  px: 1,
                  py: 0.625,
                  borderRadius: 1,
                  fontSize: '0.8125rem',
                  cursor: 'pointer',
                  bgcolor: index === current ? 'surface.selected' : 'transparent',
                  '&:hover': { bgcolor: index === current ? 'surface.selected' : 'surface.hover' },
                }}
              >
                <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1 }}>
                  <Box
                    component="span"
                    dir="auto"
                    sx={{ flex: '1 1 180px', minWidth: 0, fontWeight: 560, overflowWrap: 'anywhere' }}
                  >
                    {reply.title}
                  </Box>
                  <ScopeBadge reply={reply} roles={roles.data} />
                </Box>
                <Text variant="hint">
                  <Box
                    component="span"
                    dir="auto"
                    sx={{
                      display: 'block',
                      overflow: 'hidden',
                      textOverflow: 'ellipsis',
                      whiteSpace: 'nowrap',
                    }}
                  >
                    <PlainWords text={reply.text} />
                  </Box>
                </Text>
              </Box>
            ))}
          </Box>
        )}
        <Box sx={{ px: 1, pt: 0.5, pb: 0.25, fontSize: '0.75rem' }}>
          <MuiLink component={Link} to="/canned-replies" onMouseDown={(event) => event.preventDefault()}>
            {t('conversation.canned.manage')}
          </MuiLink>
        </Box>
      </Paper>
    </Popper>
  );
}
