import type { FileKinds } from '@/api/comments';

export type FileFault = 'tooBig' | 'emptyFile' | 'wrongKind' | 'tooMany';

/** Sort files into those that the server will take by their names and sizes, and those that it would refuse. */
export function checkFiles(
  files: File[],
  known: number,
  kinds: FileKinds,
): { taken: File[]; refused: { file: File; fault: FileFault }[] } {
  const extensions = new Set(kinds.kinds.map((kind) => kind.extension));
  const taken: File[] = [];
  const refused: { file: File; fault: FileFault }[] = [];
  for (const file of files) {
    const extension = /\.([^.]+)$/.exec(file.name.toLowerCase())?.[1] ?? '';
    const fault: FileFault | null = !extensions.has(extension)
      ? 'wrongKind'
      : file.size === 0
        ? 'emptyFile'
        : file.size > kinds.max_bytes
          ? 'tooBig'
          : known + taken.length >= kinds.max_files
            ? 'tooMany'
            : null;
    if (fault) refused.push({ file, fault });
    else taken.push(file);
  }
  return { taken, refused };
}
