import '@/i18n/ticket';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { deleteUpload, fileKindsQuery, type UploadedFile, uploadFile } from '@/api/comments';
import { problemText } from '@/components/ui/problemText';
import { formatBytes } from '@/lib/time';
import { checkFiles } from './checkFiles';

/** A file of a draft that is not on the server: on its way, or refused. */
export interface Upload {
  key: number;
  file: File;
  /** From 0 to 1. */
  progress: number;
  failure: string | null;
}

let lastKey = 0;

/**
 * The files of a draft, which go to the server before the words. `onUploaded` gets each that has arrived; a failed one
 * stays until it is tried again or removed, and nothing is sent meanwhile.
 */
export function useUploads(ticketNumber: string, known: number, onUploaded: (file: UploadedFile) => void) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [refusals, setRefusals] = useState<string[]>([]);
  // Choices whose kinds and sizes are not judged yet: the words wait for them as for files on their way.
  const [unjudged, setUnjudged] = useState(0);
  const controllers = useRef(new Map<number, AbortController>());

  const patch = useCallback((key: number, changes: Partial<Upload>) => {
    setUploads((all) => all.map((each) => (each.key === key ? { ...each, ...changes } : each)));
  }, []);
  const drop = useCallback((key: number) => {
    controllers.current.get(key)?.abort();
    controllers.current.delete(key);
    setUploads((all) => all.filter((each) => each.key !== key));
  }, []);

  const start = async ({ key, file }: Upload) => {
    const controller = new AbortController();
    controllers.current.set(key, controller);
    patch(key, { failure: null, progress: 0 });
    try {
      const uploaded = await uploadFile(ticketNumber, file, {
        signal: controller.signal,
        onProgress: (progress) => patch(key, { progress }),
      });
      // In one drawing: the draft's store is drawn at once, this state later, and between them the file is there twice.
      flushSync(() => {
        onUploaded(uploaded);
        drop(key);
      });
    } catch (error) {
      if (!controller.signal.aborted) patch(key, { failure: problemText(error, t) });
    }
  };

  /** Takes what may be taken; returns whether that is all of them. */
  const add = async (files: File[]): Promise<boolean> => {
    if (files.length === 0) return true;
    setUnjudged((number) => number + 1);
    try {
      const kinds = await queryClient.fetchQuery(fileKindsQuery());
      const { taken, refused } = checkFiles(files, known + uploads.length, kinds);
      setRefusals(
        refused.map(({ file, fault }) =>
          t(`conversation.${fault}`, {
            name: file.name,
            limit: fault === 'tooMany' ? kinds.max_files : formatBytes(kinds.max_bytes),
          }),
        ),
      );
      const added = taken.map((file) => ({ key: ++lastKey, file, progress: 0, failure: null }));
      setUploads((all) => [...all, ...added]);
      for (const each of added) void start(each);
      return refused.length === 0;
    } catch (error) {
      setRefusals([problemText(error, t)]);
      return false;
    } finally {
      setUnjudged((number) => number - 1);
    }
  };

  return {
    uploads,
    refusals,
    add,
    drop,
    retry: (upload: Upload) => void start(upload),
    /** Take back a file that has arrived. Where that fails, the server forgets it by itself. */
    remove: (file: UploadedFile) => void deleteUpload(file.id).catch(() => {}),
    clearRefusals: () => setRefusals([]),
    isBusy: unjudged > 0 || uploads.some((each) => each.failure === null),
    hasFailed: uploads.some((each) => each.failure !== null),
  };
}
