/** A list as one text: a comma that belongs to an entry is written `\,`, a backslash `\\`. The server reads the same. */
export function joinTexts(texts: string[]): string {
  return texts.map((text) => text.replace(/[\\,]/g, '\\$&')).join(',');
}

export function splitTexts(joined: string): string[] {
  return (joined.match(/(?:\\[\s\S]|[^,])+/g) ?? []).map((text) => text.replace(/\\([\s\S])/g, '$1'));
}
