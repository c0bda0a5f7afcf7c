import type { MenuProps } from '@mui/material';
import { lazy, Suspense, useState } from 'react';
import { loadCode } from '@/lib/loadCode';

const fetchMenu = () => import('@mui/material/Menu');
const Menu = lazy(() => loadCode(fetchMenu));

/** A menu whose code, with positioning and focus trap, comes with its first use. */
export function LazyMenu(props: MenuProps) {
  const [isUsed, setUsed] = useState(false);
  if (props.open && !isUsed) setUsed(true);
  if (!isUsed) return null;
  return (
    <Suspense fallback={null}>
      <Menu {...props} />
    </Suspense>
  );
}
