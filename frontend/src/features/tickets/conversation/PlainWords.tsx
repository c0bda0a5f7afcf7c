import { useMemo } from 'react';
import { useMarkdown } from './markdownCode';
import { mayHaveMarkup } from './markup';

/** The words of a text with markup in one line. Without the parser, as offline, they are as typed. */
export function usePlainWords(text: string): string {
  const isMarked = mayHaveMarkup(text);
  const markdown = useMarkdown(isMarked);
  return useMemo(() => (isMarked && markdown ? markdown.plainWords(text) : text), [isMarked, markdown, text]);
}

export function PlainWords({ text }: { text: string }) {
  return usePlainWords(text);
}
