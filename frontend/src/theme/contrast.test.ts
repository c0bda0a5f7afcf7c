import { getContrastRatio } from '@mui/material/styles';
import { describe, expect, it } from 'vitest';
import { palettes, type ToneName } from './theme';

/** WCAG 2.2 AA: 1.4.3 for text below 24 px, 1.4.11 for what must be seen to use or understand the page. */
const TEXT = 4.5;
const SHAPE = 3;

type Pair = [what: string, foreground: string, background: string];

const TONES: ToneName[] = ['amber', 'blue', 'green', 'red', 'violet', 'grey'];

/** Text as it stands on the page, by the name of what shows it. */
function textPairs(palette: typeof palettes.light): Pair[] {
  const { text, surface, background, tone } = palette;
  // Everything that rows, cards, menus and columns are made of.
  const grounds: Record<string, string> = {
    canvas: surface.canvas,
    paper: background.paper,
    sidebar: surface.sidebar,
    raised: surface.raised,
    hover: surface.hover,
    selected: surface.selected,
    note: surface.note,
  };
  const pairs: Pair[] = [];
  for (const [name, ground] of Object.entries(grounds)) {
    pairs.push([`text on ${name}`, text.primary, ground]);
    pairs.push([`quiet text on ${name}`, text.secondary, ground]);
    pairs.push([`link on ${name}`, palette.primary.main, ground]);
    for (const meaning of ['error', 'warning'] as const) {
      pairs.push([`${meaning} on ${name}`, palette[meaning].main, ground]);
    }
    // Due times, sums and changes carry their tone without its fill.
    for (const each of TONES) pairs.push([`${each} on ${name}`, tone[each].fg, ground]);
  }
  for (const each of TONES) {
    pairs.push([`pill, avatar or change in ${each}`, tone[each].fg, tone[each].bg]);
  }
  pairs.push(['filled button', palette.primary.contrastText, palette.primary.main]);
  pairs.push(['filled button under the pointer', palette.primary.contrastText, palette.primary.dark]);
  pairs.push(['mention of somebody', palette.primary.main, palette.primary.light]);
  pairs.push(['placeholder', text.secondary, background.paper]);
  return pairs;
}

/** Marks, dots, bars and frames. */
function shapePairs(palette: typeof palettes.light): Pair[] {
  const { surface, background, tone } = palette;
  const pairs: Pair[] = [];
  for (const [name, ground] of [
    ['canvas', surface.canvas],
    ['paper', background.paper],
    ['raised', surface.raised],
  ] as const) {
    pairs.push([`frame of a field on ${name}`, surface.field, ground]);
    pairs.push([`focus ring on ${name}`, palette.primary.main, ground]);
    pairs.push([`icon of an empty state on ${name}`, palette.text.disabled, ground]);
  }
  for (const each of TONES) pairs.push([`dot in ${each}`, tone[each].solid, background.paper]);
  return pairs;
}

const tooLittle = (pairs: Pair[], least: number) =>
  pairs
    .map(([what, foreground, background]) => ({ what, ratio: getContrastRatio(foreground, background) }))
    .filter(({ ratio }) => ratio < least)
    .map(({ what, ratio }) => `${what}: ${ratio.toFixed(2)}`);

describe.each(['light', 'dark'] as const)('the colours of the %s scheme', (scheme) => {
  const palette = palettes[scheme];

  it('give every text 4.5:1 against what it stands on', () => {
    expect(tooLittle(textPairs(palette), TEXT)).toEqual([]);
  });

  it('give every mark, frame and focus ring 3:1', () => {
    expect(tooLittle(shapePairs(palette), SHAPE)).toEqual([]);
  });
});
