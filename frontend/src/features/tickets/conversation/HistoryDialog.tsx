import '@/i18n/ticket';
import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Comment, historyQuery } from '@/api/comments';
import { FormDialog } from '@/components/ui/FormDialog';
import { List, Text } from '@/components/ui/layout';
import { QueryState } from '@/components/ui/States';
import { formatDateTime } from '@/lib/time';
import { CommentText } from './CommentText';

/** What a comment said before, newest first. */
export function HistoryDialog({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const { t } = useTranslation();
  const history = useQuery(historyQuery(comment.id));
  return (
    <FormDialog title={t('conversation.history')} submit="" onClose={onClose} maxWidth="sm">
      <QueryState query={history} rows={3} height={48} />
      {history.data && (
        <List component="ol" reversed gap={1.5}>
          <Wording title={t('conversation.historyNow')} text={comment.text} isNow />
          {[...history.data].reverse().map((revision) => (
            <Wording
              key={revision.replaced_at}
              title={t('conversation.historyReplaced', {
                name: revision.replaced_by?.full_name ?? t('conversation.gone'),
                time: formatDateTime(revision.replaced_at),
              })}
              text={revision.text}
            />
          ))}
        </List>
      )}
    </FormDialog>
  );
}

function Wording({ title, text, isNow = false }: { title: string; text: string; isNow?: boolean }) {
  return (
    <Box
      component="li"
      sx={{
        borderInlineStart: '3px solid',
        borderColor: isNow ? 'primary.main' : 'divider',
        paddingInlineStart: 1.5,
        fontSize: '0.875rem',
      }}
    >
      <Text variant="hint" mb={0.25}>
        {title}
      </Text>
      <CommentText text={text} />
    </Box>
  );
}
