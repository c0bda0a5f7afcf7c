import { expect, test } from 'vitest';
import { withoutBlankEnds } from './Composer';

test('the first line keeps its indentation; empty lines before and space behind go', () =>
  expect(withoutBlankEnds('\n  \n    at line 1\n  at line 2\n\n')).toBe('    at line 1\n  at line 2'));
