import { Button, MenuItem } from '@mui/material';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { IconCheck, IconSortAscending } from '@/lib/icons';

const ORDERINGS = {
  due_at: 'sort.timeLeft',
  priority: 'sort.priority',
  '-created_at': 'sort.newest',
  created_at: 'sort.oldest',
  '-updated_at': 'sort.updated',
} as const;
type Ordering = keyof typeof ORDERINGS;

export function SortMenu({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const current = value in ORDERINGS ? t(ORDERINGS[value as Ordering]) : value;
  return (
    <>
      <Button
        variant="text"
        color="inherit"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        startIcon={<IconSortAscending size={16} />}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {current}
      </Button>
      <LazyMenu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { dense: true, 'aria-label': t('sort.label') } }}
      >
        {(Object.keys(ORDERINGS) as Ordering[]).map((ordering) => (
          <MenuItem
            key={ordering}
            role="menuitemradio"
            aria-checked={ordering === value}
            onClick={() => {
              setAnchor(null);
              onChange(ordering);
            }}
          >
            <IconCheck
              size={15}
              aria-hidden
              style={{ visibility: ordering === value ? 'visible' : 'hidden' }}
            />
            {t(ORDERINGS[ordering])}
          </MenuItem>
        ))}
      </LazyMenu>
    </>
  );
}
