import { expect, test } from 'vitest';
import { crc32, zipOf } from './zip';

const bytes = (text: string) => new TextEncoder().encode(text);

test('the checksum is that of the standard', () => {
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  expect(crc32(bytes(''))).toBe(0);
});

test('a ZIP file holds its files and a directory that leads to each', async () => {
  const blob = zipOf([
    { name: 'data.json', content: bytes('{"a":1}') },
    { name: 'files/Größe.txt', content: bytes('hello') },
  ]);
  const content = new Uint8Array(await blob.arrayBuffer());
  const view = new DataView(content.buffer);
  const end = content.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  expect(view.getUint16(end + 10, true)).toBe(2);
  let place = view.getUint32(end + 16, true);
  const found: Record<string, string> = {};
  for (let index = 0; index < 2; index += 1) {
    expect(view.getUint32(place, true)).toBe(0x02014b50);
    const [size, nameLength] = [view.getUint32(place + 24, true), view.getUint16(place + 28, true)];
    const name = new TextDecoder().decode(content.subarray(place + 46, place + 46 + nameLength));
    const local = view.getUint32(place + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    const start = local + 30 + view.getUint16(local + 26, true);
    const stored = content.subarray(start, start + size);
    expect(view.getUint32(local + 14, true)).toBe(crc32(stored));
    found[name] = new TextDecoder().decode(stored);
    place += 46 + nameLength;
  }
  expect(place).toBe(end);
  expect(found).toEqual({ 'data.json': '{"a":1}', 'files/Größe.txt': 'hello' });
});
