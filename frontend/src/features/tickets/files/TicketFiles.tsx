import { createContext, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import type { Comment } from '@/api/comments';
import type { TicketDetail } from '@/api/tickets';
import { lazyPart } from '@/lib/loadCode';
import { filesOfComment, filesOfTicket, isViewable } from './shownFile';

const FileViewer = lazyPart(() => import('./FileViewer'), 'FileViewer');

const Context = createContext<{ number: string; open: (key: string) => void }>({
  number: '',
  open: () => {},
});

/** Open the viewer at the file of this key. */
export const useOpenFile = () => useContext(Context).open;
export const useTicketNumber = () => useContext(Context).number;

interface Props {
  ticket: TicketDetail;
  comments: Comment[] | undefined;
  children: ReactNode;
}

/** The files of a ticket and of its comments, all of which the viewer pages through. */
export function TicketFiles({ ticket, comments, children }: Props) {
  const number = ticket.ticket_number;
  const [openKey, setOpenKey] = useState<string | null>(null);
  const shared = useMemo(() => ({ number, open: setOpenKey }), [number]);
  const files = useMemo(
    () => [...filesOfTicket(ticket), ...(comments ?? []).flatMap(filesOfComment)].filter(isViewable),
    [ticket, comments],
  );
  // What is deleted meanwhile closes.
  const at = files.findIndex((file) => file.key === openKey);
  return (
    <Context.Provider value={shared}>
      {children}
      {at >= 0 && (
        <Suspense fallback={null}>
          <FileViewer
            ticketNumber={number}
            files={files}
            at={at}
            onGo={(key) => setOpenKey(key)}
            onClose={() => setOpenKey(null)}
          />
        </Suspense>
      )}
    </Context.Provider>
  );
}
