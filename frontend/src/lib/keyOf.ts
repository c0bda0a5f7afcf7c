/** Signs on a key with Shift, where the key's name does not say it. */
const SHIFTED: Record<string, string> = { Slash: '?' };
const PLAIN: Record<string, string> = { Slash: '/', Period: '.', Comma: ',' };

/**
 * The key as shortcuts name it. On a layout without Latin letters the position of the key counts, as if it were a
 * US keyboard; on all others what it writes, so that AZERTY and Dvorak find the letter where it is printed.
 */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  const { key, code, shiftKey } = event;
  if (key.length !== 1 || key.charCodeAt(0) < 128) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  return (shiftKey ? SHIFTED[code] : PLAIN[code]) ?? key;
}
