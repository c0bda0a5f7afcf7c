import { useEffect, useRef, useState } from 'react';
import { pastedFiles } from './pastedFiles';

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA)$/.test(target.tagName));
const isBelowDialog = () => document.querySelector('[role="dialog"]') !== null;

/**
 * Take files that are dropped anywhere on the page, or pasted outside of a field. What another part of the page has
 * taken is left to it. Returns whether files are being dragged over the page.
 */
export function usePageFiles(isOn: boolean, onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const handler = useRef(onFiles);
  handler.current = onFiles;
  useEffect(() => {
    if (!isOn) return;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Without this the browser would leave the page to open the file.
      event.preventDefault();
      if (!isBelowDialog()) setOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      if (!isBelowDialog()) handler.current([...(event.dataTransfer?.files ?? [])]);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (event.defaultPrevented || isField(event.target) || isBelowDialog()) return;
      const files = pastedFiles(event.clipboardData, new Date());
      if (files.length > 0) handler.current(files);
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      setOver(false);
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, [isOn]);
  return isOver;
}
