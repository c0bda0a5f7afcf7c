import type { CannedReply } from '@/api/cannedReplies';
import { compareNames } from '@/lib/time';
import type { Query } from './mentions';

/** What is being typed after a `/` that begins a line or follows a blank, if the caret stands there. */
export function slashAt(text: string, caret: number): Query | null {
  const match = /(?:^|\s)\/([^\s/]*|[^\s/]+(?: [^\s/]+){0,4} ?)$/u.exec(text.slice(0, caret));
  if (!match) return null;
  const words = match[1] ?? '';
  return { start: caret - words.length - 1, words };
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Those that have every word that was typed; first whose title begins so, then others by title, then by text. */
export function matchingReplies(replies: CannedReply[], typed: string): CannedReply[] {
  const wanted = folded(typed).trim();
  const words = wanted.split(/\s+/);
  const rankOf = (reply: CannedReply) => {
    const title = folded(reply.title);
    if (title.startsWith(wanted)) return 0;
    if (words.every((word) => title.includes(word))) return 1;
    const all = `${title} ${folded(reply.text)}`;
    return words.every((word) => all.includes(word)) ? 2 : null;
  };
  return replies
    .map((reply) => ({ reply, rank: rankOf(reply) }))
    .filter((each): each is { reply: CannedReply; rank: 0 | 1 | 2 } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank || compareNames(a.reply.title, b.reply.title))
    .map(({ reply }) => reply);
}
