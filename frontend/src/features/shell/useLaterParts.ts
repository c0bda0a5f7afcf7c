import { useEffect } from 'react';

const LATER_MS = 5_000;
const PARTS = [
  () => import('@/components/ui/ToastShown'),
  () => import('@/components/ui/TooltipBubble'),
  () => import('@mui/material/Menu'),
  () => import('@/features/notifications/NotificationPopover'),
  () => import('@/features/tasks/BulkBar'),
  () => import('./CommandPaletteDialog'),
];

/** Fetch what opens over a page once the page stands, so that it is there at a click, and without a network too. */
export function useLaterParts(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      // What can't be fetched now is fetched with its first use.
      for (const fetchPart of PARTS) fetchPart().catch(() => {});
    }, LATER_MS);
    return () => clearTimeout(timer);
  }, []);
}
