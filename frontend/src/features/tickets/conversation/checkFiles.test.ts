import { expect, test } from 'vitest';
import { checkFiles } from './checkFiles';

const kinds = {
  kinds: [{ extension: 'png', content_type: 'image/png', is_shown: true }],
  max_bytes: 10,
  max_files: 2,
};
const file = (name: string, size: number) => new File(['x'.repeat(size)], name);

test('what the server would refuse is refused when it is chosen, each for its own reason', () => {
  const files = [
    file('a.PNG', 5),
    file('b.exe', 5),
    file('png', 5),
    file('c.png', 11),
    file('d.png', 0),
    file('e.png', 10),
  ];
  const { taken, refused } = checkFiles(files, 0, kinds);
  expect(taken.map((each) => each.name)).toEqual(['a.PNG', 'e.png']);
  expect(refused.map(({ file: { name }, fault }) => [name, fault])).toEqual([
    ['b.exe', 'wrongKind'],
    ['png', 'wrongKind'],
    ['c.png', 'tooBig'],
    ['d.png', 'emptyFile'],
  ]);
});

test('no more are taken than a comment may have, those chosen before included', () => {
  const { taken, refused } = checkFiles([file('a.png', 1), file('b.png', 1)], 1, kinds);
  expect(taken.map((each) => each.name)).toEqual(['a.png']);
  expect(refused.map((each) => each.fault)).toEqual(['tooMany']);
});
