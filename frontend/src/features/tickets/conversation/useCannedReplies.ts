import { useQuery } from '@tanstack/react-query';
import { type RefObject, useId, useState } from 'react';
import { type CannedReply, offeredRepliesQuery } from '@/api/cannedReplies';
import { matchingReplies, slashAt } from './cannedReplies';
import { insertText } from './insertText';
import { filledIn, gapsIn } from './placeholders';
import { useActiveOption } from './useActiveOption';
import { usePlaceholderValues } from './usePlaceholderValues';

const SHOWN_AT_MOST = 30;

export const replyOptionId = (id: string, reply: CannedReply) => `${id}-${reply.id}`;

/** The menu that a `/` opens in a text, and what it inserts. */
export function useCannedReplies(
  ticketNumber: string,
  isAllowed: boolean,
  text: string,
  setText: (text: string) => void,
  input: RefObject<HTMLTextAreaElement | null>,
) {
  const id = useId();
  const [caret, setCaret] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const values = usePlaceholderValues(ticketNumber);
  const query = isAllowed ? slashAt(text, caret) : null;
  const isAsked = query !== null && query.start !== closedAt;
  const replies = useQuery({ ...offeredRepliesQuery(), enabled: isAsked });
  const found = isAsked ? matchingReplies(replies.data ?? [], query.words).slice(0, SHOWN_AT_MOST) : [];
  // A text that goes on after a slash is no search any more.
  const isOpen = isAsked && (found.length > 0 || !query.words.includes(' '));

  const close = () => setClosedAt(query?.start ?? null);

  /** Select the first placeholder without a value from here on, to be typed over. */
  const goToGap = (from = 0) => {
    const field = input.current;
    if (!field) return;
    const gaps = gapsIn(field.value);
    const gap = gaps.find((each) => each.start >= from) ?? gaps[0];
    if (!gap) return;
    field.focus();
    field.setSelectionRange(gap.start, gap.end);
  };
  const choose = (reply: CannedReply) => {
    const field = input.current;
    // The field itself knows best where the caret is.
    const at = field && slashAt(field.value, field.selectionEnd);
    if (!at) return;
    const words = filledIn(reply.text, values());
    setCaret(insertText(field, { start: at.start, end: field.selectionEnd, words }, setText));
    setClosedAt(null);
    options.restart();
    if (gapsIn(words).length > 0) requestAnimationFrame(() => goToGap(at.start));
  };
  const options = useActiveOption({ isOpen, found, onChoose: choose, onClose: close });

  /** Open the menu at the caret, as typing a slash does. */
  const open = () => {
    const field = input.current;
    if (!field) return;
    const { selectionStart: start, selectionEnd: end } = field;
    const words = /(^|\s)$/.test(text.slice(0, start)) ? '/' : ' /';
    setClosedAt(null);
    setCaret(insertText(field, { start, end, words }, setText));
  };
  const follow = () => {
    const position = input.current?.selectionStart ?? 0;
    if (position !== caret) options.restart();
    // Where one slash was closed another may be typed later.
    if (slashAt(text, position)?.start !== closedAt) setClosedAt(null);
    setCaret(position);
  };
  const { current, chosen, onKeyDown } = options;
  return {
    id,
    isOpen,
    replies,
    found,
    current,
    choose,
    open,
    follow,
    onKeyDown,
    goToGap,
    inputProps: {
      'aria-controls': isOpen && found.length > 0 ? id : undefined,
      'aria-activedescendant': isOpen && chosen ? replyOptionId(id, chosen) : undefined,
    },
  };
}

export type CannedReplyMenu = ReturnType<typeof useCannedReplies>;
