/** What browsers call every picture that is pasted. */
const NAMELESS = /^image\.(\w+)$/;

/**
 * The files that somebody pastes. Programs that copy words often add a picture of them: then the words are meant. A
 * file manager adds the names of the files, which are no words.
 */
export function pastedFiles(data: DataTransfer | null, now: Date): File[] {
  const files = [...(data?.files ?? [])];
  const words = data?.getData('text/plain').trim() ?? '';
  if (words !== '' && !files.some((file) => words.includes(file.name))) return [];
  return files.map((file) => {
    const extension = NAMELESS.exec(file.name)?.[1];
    if (!extension) return file;
    return new File([file], `screenshot-${stampOf(now)}.${extension}`, { type: file.type });
  });
}

/** The moment on this person's clock, as names of files have it. */
function stampOf(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${day}-${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('')}`;
}
