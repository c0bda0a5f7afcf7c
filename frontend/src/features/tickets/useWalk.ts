import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { useNavigate } from 'react-router-dom';
import { taskListQuery } from '@/api/tasks';
import { keepTrail, readTrail, useTrail } from '@/features/tasks/trail';

/** Walking through the list that the ticket was opened from. Null where it was opened from none. */
export function useWalk(ticketNumber: string) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const trail = useTrail();
  const at = trail?.numbers.indexOf(ticketNumber) ?? -1;

  useEffect(() => {
    const known = readTrail();
    if (known?.numbers.includes(ticketNumber) && known.current !== ticketNumber) {
      keepTrail({ ...known, current: ticketNumber });
    }
  }, [ticketNumber]);

  const go = useCallback(
    async (step: 1 | -1): Promise<boolean> => {
      const known = readTrail();
      const from = known?.numbers.indexOf(ticketNumber) ?? -1;
      if (!known || from < 0) return false;
      const beside = known.numbers[from + step];
      if (beside) {
        navigate(`/tickets/${beside}`);
        return true;
      }
      const page = known.page + step;
      if (page < 1 || (page - 1) * known.pageSize >= known.count) return false;
      const params = { ...known.params, page };
      const { results, count } = await queryClient.fetchQuery(taskListQuery(params));
      const numbers = results.map((row) => row.ticket_number);
      const next = step === 1 ? numbers[0] : numbers.at(-1);
      if (!next) return false;
      const address = new URL(known.address, window.location.origin);
      address.searchParams.set('page', String(page));
      keepTrail({
        ...known,
        address: address.pathname + address.search,
        params,
        page,
        count,
        numbers,
        current: next,
      });
      navigate(`/tickets/${next}`);
      return true;
    },
    [ticketNumber, navigate, queryClient],
  );

  return useMemo(() => {
    if (!trail || at < 0) return null;
    const position = (trail.page - 1) * trail.pageSize + at + 1;
    // The list was counted before it was walked through.
    const count = Math.max(trail.count, position);
    return {
      label: trail.label,
      address: trail.address,
      position,
      count,
      hasNext: position < count,
      hasPrevious: position > 1,
      go,
      back: () => navigate(trail.address),
    };
  }, [trail, at, go, navigate]);
}
