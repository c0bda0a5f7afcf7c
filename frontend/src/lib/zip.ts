/** What goes into a ZIP file. */
export interface ZipEntry {
  name: string;
  content: Uint8Array<ArrayBuffer>;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Put files together as one ZIP file, uncompressed (PKWARE's APPNOTE, without ZIP64: up to 4 GB). */
export function zipOf(entries: ZipEntry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const encoded = new TextEncoder().encode(name);
    // Version 2.0, names in UTF-8, stored, 1 January 1980, checksum, both sizes, length of the name, no extra field.
    const common = [20, 0x0800, 0, 0, 0x0021];
    const sizes = [crc32(content), content.length, content.length];
    const local = header(0x04034b50, common, sizes, [encoded.length, 0]);
    const central = header(0x02014b50, [20, ...common], sizes, [encoded.length, 0, 0, 0, 0], [0, offset]);
    parts.push(local, encoded, content);
    directory.push(central, encoded);
    offset += local.length + encoded.length + content.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = header(0x06054b50, [0, 0, entries.length, entries.length], [length, offset], [0]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

/** A signature, then alternately numbers of two and of four bytes, little-endian. */
function header(signature: number, ...groups: number[][]): Uint8Array<ArrayBuffer> {
  const sizes = groups.map((group, index) => group.length * (index % 2 ? 4 : 2));
  const bytes = new Uint8Array(4 + sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  let place = 4;
  groups.forEach((group, index) => {
    for (const number of group) {
      if (index % 2) view.setUint32(place, number, true);
      else view.setUint16(place, number, true);
      place += index % 2 ? 4 : 2;
    }
  });
  return bytes;
}
