/** The bearer token travels in a header, so a plain link cannot fetch a protected file. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A table as a file: the browser takes the byte order mark off a text that it reads, and Excel needs it. */
export function csvFile(text: string): Blob {
  return new Blob(['\ufeff', text.replace(/^\ufeff/, '')], { type: 'text/csv' });
}
