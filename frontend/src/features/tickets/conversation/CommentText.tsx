import { Box, Link as MuiLink } from '@mui/material';
import { useMemo } from 'react';
import type { Comment } from '@/api/comments';
import { useUser } from '@/context/SessionContext';
import { partsOf } from './mentions';

/** The words, with the people in them marked and addresses to follow. */
export function CommentText({ comment }: { comment: Comment }) {
  const user = useUser();
  const parts = useMemo(() => partsOf(comment.text, comment.mentions), [comment.text, comment.mentions]);
  return parts.map(({ kind, text }, index) => {
    // Parts have no name of their own and never change places.
    const key = `${index}-${kind}`;
    if (kind === 'link') {
      return (
        <MuiLink key={key} href={text} target="_blank" rel="noreferrer noopener">
          {text}
        </MuiLink>
      );
    }
    if (kind === 'mention') {
      const isMe = text === `@${user.full_name}`;
      return (
        <Box
          key={key}
          component="span"
          sx={{
            fontWeight: 560,
            color: isMe ? 'tone.amber.fg' : 'primary.main',
            bgcolor: isMe ? 'tone.amber.bg' : 'primary.light',
            borderRadius: 0.75,
            px: 0.375,
          }}
        >
          {text}
        </Box>
      );
    }
    return <span key={key}>{text}</span>;
  });
}
