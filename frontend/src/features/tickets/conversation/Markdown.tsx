import { Link as MuiLink } from '@mui/material';
import { useMemo } from 'react';
import type { Person } from '@/api/types';
import { Address, Mention } from './CommentText';
import { type Markup, markupOf } from './markdown';

export { plainWords } from './markdown';

/** A text with its markup. Elements are made one by one: no string ever becomes HTML. */
export function Markdown({ text, mentions }: { text: string; mentions: Person[] }) {
  const parts = useMemo(() => markupOf(text, mentions), [text, mentions]);
  return <Parts parts={parts} />;
}

function Parts({ parts }: { parts: Markup[] }) {
  return parts.map((part, index) => {
    // Parts have no name of their own and never change places.
    const key = `${index}-${part.kind}`;
    return <MarkedPart key={key} part={part} />;
  });
}

function MarkedPart({ part }: { part: Markup }) {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'mention':
      return <Mention name={part.text} />;
    case 'address':
      return <Address address={part.text} />;
    case 'code':
      return <code>{part.text}</code>;
    case 'codeBlock':
      return (
        // Wide lines scroll, also by keys.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
        <pre tabIndex={0}>
          <code>{part.text}</code>
        </pre>
      );
    case 'link':
      return (
        <MuiLink href={part.href} title={part.href} target="_blank" rel="noreferrer noopener">
          <Parts parts={part.children} />
        </MuiLink>
      );
    case 'bold':
      return (
        <strong>
          <Parts parts={part.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Parts parts={part.children} />
        </em>
      );
    case 'quote':
      return (
        <blockquote>
          <Parts parts={part.children} />
        </blockquote>
      );
    case 'list': {
      const items = part.items.map(({ marker, children }, index) => (
        <li
          // Items never change places.
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no name of their own
          key={index}
          // The number as typed, which need not be one more than the last.
          style={part.isNumbered ? { listStyleType: `"${marker} "` } : undefined}
        >
          <Parts parts={children} />
        </li>
      ));
      return part.isNumbered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
  }
}
