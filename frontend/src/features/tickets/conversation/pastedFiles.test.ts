import { expect, test } from 'vitest';
import { pastedFiles } from './pastedFiles';

const NOW = new Date(2026, 10, 5, 9, 7, 3);
const clipboard = (words: string, ...names: string[]) =>
  ({
    files: names.map((name) => new File(['x'], name, { type: 'image/png' })),
    getData: () => words,
  }) as unknown as DataTransfer;

test.each([
  ['a screenshot gets a name of its own', clipboard('', 'image.png'), ['screenshot-2026-11-05-090703.png']],
  ['a copied file keeps its name', clipboard('', 'plan.pdf'), ['plan.pdf']],
  ['a file manager adds names', clipboard('/home/a/plan.pdf', 'plan.pdf'), ['plan.pdf']],
  ['of copied cells the words are meant', clipboard('a\tb', 'image.png'), []],
  ['words alone bring no files', clipboard('words'), []],
  ['nothing brings nothing', null, []],
])('%s', (_name, data, names) => {
  expect(pastedFiles(data, NOW).map((file) => file.name)).toEqual(names);
});
