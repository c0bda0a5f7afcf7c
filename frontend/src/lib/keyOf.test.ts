import { describe, expect, test } from 'vitest';
import { keyOf } from './keyOf';

const press = (key: string, code: string, shiftKey = false) => keyOf({ key, code, shiftKey });

describe('the key of a shortcut', () => {
  test('is the letter that is printed on a Latin keyboard, wherever it is', () => {
    expect(press('a', 'KeyQ')).toBe('a'); // AZERTY
    expect(press('j', 'KeyC')).toBe('j'); // Dvorak
    expect(press('?', 'Minus', true)).toBe('?'); // German
  });

  test('is the position on a keyboard of another script', () => {
    expect(press('о', 'KeyJ')).toBe('j'); // Russian
    expect(press('ο', 'KeyO')).toBe('o'); // Greek
    expect(press('Ч', 'KeyX', true)).toBe('X');
    expect(press('،', 'KeyK')).toBe('k'); // Arabic
    expect(press('؟', 'Slash', true)).toBe('?');
  });

  test('keeps names of keys and what it does not know', () => {
    expect(press('Escape', 'Escape')).toBe('Escape');
    expect(press('é', 'Digit2')).toBe('é');
  });
});
