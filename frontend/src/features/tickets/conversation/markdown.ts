import { fromMarkdown } from 'mdast-util-from-markdown';
import type { Person } from '@/api/types';
import { type Part, partsOf } from './mentions';

export type Markup =
  | { kind: 'text' | 'mention' | 'address' | 'code' | 'codeBlock'; text: string }
  | { kind: 'link'; href: string; children: Markup[] }
  | { kind: 'bold' | 'italic' | 'quote'; children: Markup[] }
  | { kind: 'list'; isNumbered: boolean; items: { marker: string; children: Markup[] }[] };

type Block = ReturnType<typeof fromMarkdown>['children'][number];
type Inline = Extract<Block, { type: 'paragraph' }>['children'][number];
type ListBlock = Extract<Block, { type: 'list' }>;

/** More of them than any text that people write: such a text is shown as typed, so that none is slow to show. */
const MAX_SIGNS = 1_000;
const MAX_ITEMS = 250;
const MAX_LINES = 1_000;
const MAX_DEPTH = 8;
const TOO_DEEP = new RegExp(`^(?:[ \\t]*(?:>|[-*](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))){${MAX_DEPTH + 1}}`, 'm');

/** Markdown without what help desks paste daily and mean literally: headings, HTML, `\\server\share`, `&amp;`. */
const SUBSET = {
  disable: {
    null: [
      'autolink',
      'characterEscape',
      'characterReference',
      'codeIndented',
      'definition',
      'hardBreakEscape',
      'headingAtx',
      'htmlFlow',
      'htmlText',
      'labelStartImage',
      'setextUnderline',
    ],
  },
};

const SIGNS = '*_[]`~+';
const FIRST_HIDDEN = 0xe000;
const HIDDEN = /[\ue000-\ue006]/g;
/** The same number of characters, none of which means anything to Markdown. */
const hide = (text: string) =>
  text.replace(/[*_[\]`~+]/g, (sign) => String.fromCharCode(FIRST_HIDDEN + SIGNS.indexOf(sign)));
const shown = (text: string) =>
  text.replace(HIDDEN, (sign) => SIGNS[sign.charCodeAt(0) - FIRST_HIDDEN] ?? sign);

/** Stars between words or numbers, at a wildcard or in a path are no emphasis. */
function isLiteralStar(run: string, before: string, after: string): boolean {
  if (/[/\\]$/.test(before) || /^\.\w/.test(after) || (before.endsWith('(') && after.startsWith(')'))) {
    return true;
  }
  return run === '*'
    ? /[\w)]$/.test(before) && /^[\w(]/.test(after)
    : /\w$/.test(before) && /^\w/.test(after);
}

/** The text with the signs hidden that are no markup: in addresses, names of files, sums and wildcards. */
function withoutLiteralSigns(text: string): string {
  return text
    .replace(/(?<!\]\(<?)https?:\/\/(?:(?!\]\()[^\s<>"'`])+/g, (address) => {
      const end = address.search(/[*_]+[.,:;!?)\]]*$/);
      return end < 0 ? hide(address) : hide(address.slice(0, end)) + address.slice(end);
    })
    .replace(/\*+/g, (run, at: number) => {
      const end = at + run.length;
      return isLiteralStar(run, text.slice(at - 1, at), text.slice(end, end + 2)) ? hide(run) : run;
    })
    .replace(/_/g, (sign, at: number) => {
      const before = text.slice(at - 1, at);
      const after = text.slice(at + 1, at + 3);
      const opens = /^$|[\s("'*]/.test(before) && /^[^\s_]/.test(after);
      const closes = /[^\s_]/.test(before) && /^(?:$|[\s)"'*,;:!?]|\.(?:\s|$))/.test(after);
      return opens || closes ? sign : hide(sign);
    })
    .replace(/!\[/g, (image) => hide(image))
    .replace(/^([ \t>]*)\+(?=\s)/gm, (_all, before: string) => before + hide('+'))
    .replace(/~/g, hide);
}

/**
 * The text in pieces, each ending where a quote or a list does. Markdown counts a line right after them as theirs;
 * an answer under a quoted line would become part of the quote.
 */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let inside: 'quote' | 'list' | null = null;
  let fence = '';
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? '';
    if (fence) {
      if (mark.length >= fence.length && line.trim() === mark) fence = '';
    } else {
      const isQuote = /^ {0,3}>/.test(line);
      const isItem = /^ {0,3}(?:[-*]|\d{1,9}[.)])(?:\s|$)/.test(line);
      const isBlank = line.trim() === '';
      const goesOn = inside === 'quote' ? isQuote : isItem || isQuote || /^\s/.test(line);
      if (inside && !isBlank && !goesOn) {
        pieces.push(piece);
        piece = '';
        inside = null;
      }
      if (isQuote) inside = 'quote';
      else if (isItem) inside = 'list';
      else if (isBlank && inside === 'quote') inside = null;
      if (mark && !line.slice(line.indexOf(mark) + mark.length).includes('`')) fence = mark;
    }
    piece += line;
  }
  return [...pieces, piece];
}

const startOf = (node: Block | Inline) => node.position?.start.offset ?? 0;
const endOf = (node: Block | Inline) => node.position?.end.offset ?? 0;

/** Where a link may lead; null for anything that a browser should not follow, or that claims to lead elsewhere. */
function hrefOf(address: string, label: string): string | null {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || !URL.canParse(address)) return null;
  const { href, host } = new URL(address);
  const claimed = /^\s*(?:https?:\/\/|www\.)[^\s/?#]+/i.exec(label)?.[0].trim().toLowerCase();
  const claimedHost = claimed?.replace(/^https?:\/\//, '').replace(/^www\./, '');
  return claimedHost !== undefined && claimedHost !== host.replace(/^www\./, '') ? null : href;
}

class Piece {
  constructor(
    private readonly source: string,
    private readonly mentions: Person[],
  ) {}

  read(): Markup[] {
    const { children } = fromMarkdown(withoutLiteralSigns(this.source), { extensions: [SUBSET] });
    return this.blocks(children, 0, this.source.length, 0);
  }

  plain(): Markup[] {
    return this.words(0, this.source.length, 0);
  }

  /** The characters as typed; in a list or quote without what marks the line as belonging to it. */
  private typed(from: number, to: number, depth: number): string {
    const words = this.source.slice(from, to);
    if (depth === 0) return words;
    const bare = words.replace(/\n[ \t>]*/g, '\n');
    return this.source[from - 1] === '\n' ? bare.replace(/^[ \t>]+/, '') : bare;
  }

  private words(from: number, to: number, depth: number, isInLink = false): Markup[] {
    const text = this.typed(from, to, depth);
    if (text === '') return [];
    if (isInLink) return [{ kind: 'text', text }];
    return partsOf(text, this.mentions).map(({ kind, text: part }: Part) => ({
      kind: kind === 'link' ? 'address' : kind,
      text: part,
    }));
  }

  private blocks(children: Block[], from: number, to: number, depth: number): Markup[] {
    const found: Markup[] = [];
    let at = from;
    let isAfterBlock = false;
    const gap = (end: number, isBeforeBlock: boolean) => {
      let text = this.source.slice(at, end);
      // A block ends its line by itself.
      if (isAfterBlock) text = text.replace(/^[^\S\n]*\n/, '');
      if (depth > 0) text = text.replace(/[^\n]/g, '');
      else if (isBeforeBlock) text = text.replace(/[ \t]+$/, '');
      if (text) found.push({ kind: 'text', text });
    };
    for (const child of children) {
      const block = depth < MAX_DEPTH ? this.block(child, depth) : null;
      gap(startOf(child), block !== null);
      found.push(...(block ? [block] : this.asLines(child, depth)));
      at = endOf(child);
      isAfterBlock = block !== null;
    }
    if (depth === 0) gap(to, false);
    return found;
  }

  /** What stands in a box of its own, or null. */
  private block(node: Block, depth: number): Markup | null {
    if (node.type === 'code') return { kind: 'codeBlock', text: shown(node.value) };
    if (node.type === 'blockquote') {
      return { kind: 'quote', children: this.blocks(node.children, startOf(node), endOf(node), depth + 1) };
    }
    if (node.type !== 'list' || this.onlyLine(node)) return null;
    return {
      kind: 'list',
      isNumbered: node.ordered === true,
      items: node.children.map((item) => {
        const start = startOf(item);
        const first = item.children[0];
        return {
          marker: /^(?:\d+[.)]|[-*])/.exec(this.source.slice(start, start + 10))?.[0] ?? '',
          children: first ? this.blocks(item.children, startOf(first), endOf(item), depth + 1) : [],
        };
      }),
    };
  }

  /** The one line of a list that has only one: `1. May is a holiday` and `- Peter` are no lists. */
  private onlyLine(node: ListBlock) {
    const [item] = node.children;
    const [line] = item?.children ?? [];
    return node.children.length === 1 && item?.children.length === 1 && line?.type === 'paragraph'
      ? line
      : null;
  }

  private asLines(node: Block, depth: number): Markup[] {
    const line = node.type === 'paragraph' ? node : node.type === 'list' ? this.onlyLine(node) : null;
    if (!line) return this.words(startOf(node), endOf(node), depth);
    return [
      ...this.words(startOf(node), startOf(line), depth),
      ...this.inline(line.children, startOf(line), endOf(line), depth, 0),
    ];
  }

  private inline(nodes: Inline[], from: number, to: number, depth: number, level: number, isInLink = false) {
    const found: Markup[] = [];
    let at = from;
    for (const node of nodes) {
      found.push(...this.words(at, startOf(node), depth, isInLink));
      found.push(...this.marked(node, depth, level, isInLink));
      at = endOf(node);
    }
    found.push(...this.words(at, to, depth, isInLink));
    return found;
  }

  private marked(node: Inline, depth: number, level: number, isInLink: boolean): Markup[] {
    const [start, end] = [startOf(node), endOf(node)];
    const typed = () => this.words(start, end, depth, isInLink);
    if (level >= MAX_DEPTH) return typed();
    if (node.type === 'strong' || node.type === 'emphasis') {
      const length = node.type === 'strong' ? 2 : 1;
      const children = this.inline(node.children, start + length, end - length, depth, level + 1, isInLink);
      return [{ kind: node.type === 'strong' ? 'bold' : 'italic', children }];
    }
    if (node.type === 'inlineCode') return [{ kind: 'code', text: shown(node.value) }];
    const [last] = node.type === 'link' ? node.children.slice(-1) : [];
    if (node.type === 'link' && last) {
      const href = hrefOf(shown(node.url), this.source.slice(start + 1, endOf(last)));
      if (href === null) return typed();
      const children = this.inline(node.children, start + 1, endOf(last), depth, level + 1, true);
      return [{ kind: 'link', href, children }];
    }
    return typed();
  }
}

/** A comment's text as what it is to look like. What is no markup comes back as typed, to the last blank. */
export function markupOf(text: string, mentions: Person[]): Markup[] {
  const countOf = (what: RegExp) => text.match(what)?.length ?? 0;
  const isTooMuch =
    countOf(/[*_`[\]>]/g) > MAX_SIGNS ||
    countOf(/\n/g) > MAX_LINES ||
    countOf(/^[ \t>]*(?:[-*]|\d{1,9}[.)])[ \t]/gm) > MAX_ITEMS ||
    TOO_DEEP.test(text);
  if (isTooMuch || text.search(HIDDEN) >= 0) {
    return new Piece(text, mentions).plain();
  }
  return piecesOf(text).flatMap((piece) => new Piece(piece, mentions).read());
}

function wordsOf(parts: Markup[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'list') {
        const sign = (marker: string) => (part.isNumbered ? marker : '•');
        return ` ${part.items.map((item) => `${sign(item.marker)} ${wordsOf(item.children)}`).join(' ')} `;
      }
      // Blocks stand on lines of their own.
      if (part.kind === 'quote') return ` ${wordsOf(part.children)} `;
      if (part.kind === 'codeBlock') return ` ${part.text} `;
      return 'children' in part ? wordsOf(part.children) : part.text;
    })
    .join('');
}

/** The words of a text in one line, without its markup. */
export function plainWords(text: string): string {
  const inOneLine = (words: string) => words.replace(/\s+/g, ' ').trim();
  return inOneLine(wordsOf(markupOf(text, []))) || inOneLine(text);
}
