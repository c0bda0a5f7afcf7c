import { useQuery } from '@tanstack/react-query';
import { type RefObject, useId, useMemo, useState } from 'react';
import { type Participant, participantsQuery } from '@/api/comments';
import { useUser } from '@/context/SessionContext';
import { optionId } from './MentionList';
import { matching, mentionedIn, queryAt } from './mentions';
import { useActiveOption } from './useActiveOption';

const SHOWN_AT_MOST = 6;

/** Completing `@name` in a text, and telling whom the text mentions. */
export function useMentions(
  ticketNumber: string,
  text: string,
  setText: (text: string) => void,
  picked: Readonly<Record<string, number>>,
  onPick: (picked: Record<string, number>) => void,
  input: RefObject<HTMLTextAreaElement | null>,
) {
  const id = useId();
  const user = useUser();
  const [caret, setCaret] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const participants = useQuery({ ...participantsQuery(ticketNumber), enabled: text.includes('@') });
  const others = useMemo(
    () => (participants.data ?? []).filter((person) => person.user_id !== user.user_id),
    [participants.data, user.user_id],
  );
  const query = queryAt(text, caret);
  const found = query ? matching(others, query.words).slice(0, SHOWN_AT_MOST) : [];
  // A name that stands there in full needs no completing, and a text goes on after a name.
  const isWhole = query !== null && others.some((person) => query.words.startsWith(person.full_name));
  const isOpen =
    query !== null &&
    participants.isSuccess &&
    query.start !== closedAt &&
    !isWhole &&
    (found.length > 0 || !query.words.includes(' '));
  const choose = (person: Participant) => {
    if (!query) return;
    onPick({ ...picked, [person.full_name]: person.user_id });
    const name = `@${person.full_name} `;
    setText(text.slice(0, query.start) + name + text.slice(caret).replace(/^ /, ''));
    const position = query.start + name.length;
    setCaret(position);
    options.restart();
    // After React has written the text.
    requestAnimationFrame(() => input.current?.setSelectionRange(position, position));
  };

  const options = useActiveOption({
    isOpen,
    found,
    onChoose: choose,
    onClose: () => setClosedAt(query?.start ?? null),
  });

  const follow = () => {
    const position = input.current?.selectionStart ?? 0;
    if (position !== caret) options.restart();
    setCaret(position);
  };
  const { current, chosen, onKeyDown } = options;
  return {
    id,
    isOpen,
    found,
    current,
    choose,
    onKeyDown,
    follow,
    mentions: () => mentionedIn(text, others, picked),
    inputProps: {
      'aria-controls': isOpen && found.length > 0 ? id : undefined,
      'aria-activedescendant': isOpen && chosen ? optionId(id, chosen) : undefined,
    },
  };
}
