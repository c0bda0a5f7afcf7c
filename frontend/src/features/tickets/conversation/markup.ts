/** Whether a text may have markup; one that has none is shown without the parser. */
export function mayHaveMarkup(text: string): boolean {
  return /[*`]|\]\(|(?:^|[\s("'])_\S|^ {0,3}(?:>|- |\d{1,9}[.)] )/m.test(text);
}
