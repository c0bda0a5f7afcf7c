import { Box, Link as MuiLink } from '@mui/material';
import { useMemo } from 'react';
import type { Person } from '@/api/types';
import { useUser } from '@/context/SessionContext';
import { useMarkdown } from './markdownCode';
import { mayHaveMarkup } from './markup';
import { partsOf } from './mentions';

interface Props {
  text: string;
  mentions?: Person[];
}

const NOBODY: Person[] = [];

/**
 * What people wrote, with its markup, the people in it marked and addresses to follow. Without the parser, as offline,
 * words are shown as typed.
 */
export function CommentText({ text, mentions = NOBODY }: Props) {
  const isMarked = mayHaveMarkup(text);
  const markdown = useMarkdown(isMarked);
  const Words = isMarked && markdown ? markdown.Markdown : AsTyped;
  return (
    <Box dir="auto" sx={looks}>
      <Words text={text} mentions={mentions} />
    </Box>
  );
}

function AsTyped({ text, mentions }: Required<Props>) {
  const parts = useMemo(() => partsOf(text, mentions), [text, mentions]);
  return parts.map(({ kind, text: words }, index) => {
    // Parts have no name of their own and never change places.
    const key = `${index}-${kind}`;
    if (kind === 'link') return <Address key={key} address={words} />;
    if (kind === 'mention') return <Mention key={key} name={words} />;
    return <span key={key}>{words}</span>;
  });
}

export function Address({ address }: { address: string }) {
  return (
    <MuiLink href={address} target="_blank" rel="noreferrer noopener">
      {address}
    </MuiLink>
  );
}

/** A name with its `@`. */
export function Mention({ name }: { name: string }) {
  const user = useUser();
  const isMe = name === `@${user.full_name}`;
  return (
    <Box
      component="span"
      sx={{
        fontWeight: 560,
        color: isMe ? 'tone.amber.fg' : 'primary.main',
        bgcolor: isMe ? 'tone.amber.bg' : 'primary.light',
        borderRadius: 0.75,
        px: 0.375,
      }}
    >
      {name}
    </Box>
  );
}

const looks = {
  lineHeight: 1.6,
  whiteSpace: 'pre-wrap',
  overflowWrap: 'anywhere',
  '& strong': { fontWeight: 650 },
  '& code': {
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    fontSize: '0.9em',
    bgcolor: 'surface.hover',
    borderRadius: 0.5,
    px: 0.5,
    py: 0.125,
  },
  '& pre': {
    m: 0,
    my: 0.5,
    p: 1,
    border: 1,
    borderColor: 'divider',
    borderRadius: 1,
    bgcolor: 'surface.hover',
    overflowX: 'auto',
    maxHeight: 420,
    '& code': { p: 0, bgcolor: 'transparent', whiteSpace: 'pre', overflowWrap: 'normal' },
  },
  '& blockquote': {
    m: 0,
    my: 0.25,
    paddingInlineStart: 1.25,
    borderInlineStart: '3px solid',
    borderColor: 'divider',
    color: 'text.secondary',
  },
  '& ul, & ol': { m: 0, my: 0.25, paddingInlineStart: '1.9em' },
} as const;
