import { Box, Button, MenuItem } from '@mui/material';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { IconChevronDown } from '@/lib/icons';
import { CheckItem } from './CheckItem';

export interface FilterOption {
  value: string;
  label: string;
  mark?: ReactNode;
}

interface Props {
  label: string;
  options: FilterOption[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** A filter with several values: the button says what is chosen, the menu stays open while choosing. */
export function FilterMenu({ label, options, chosen, onChange }: Props) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const names = options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  const active = chosen.length > 0;
  return (
    <>
      <Button
        variant="outlined"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        endIcon={<IconChevronDown size={14} />}
        sx={{
          fontWeight: 500,
          px: 1.25,
          borderStyle: active ? 'solid' : 'dashed',
          ...(active && { bgcolor: 'surface.selected', borderColor: 'primary.main' }),
          '& .MuiButton-endIcon': { ml: 0.5 },
        }}
      >
        {label}
        {active && (
          <Box
            component="span"
            sx={{ ml: 0.75, fontWeight: 600, maxWidth: 170, overflow: 'hidden', textOverflow: 'ellipsis' }}
          >
            {names.length <= 2 ? names.join(', ') : t('filter.several', { count: chosen.length })}
          </Box>
        )}
      </Button>
      <LazyMenu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{
          list: { 'aria-label': label, dense: true },
          paper: { sx: { maxHeight: 380, minWidth: 200 } },
        }}
      >
        {options.map((option) => {
          const selected = chosen.includes(option.value);
          return (
            <CheckItem
              key={option.value}
              isChecked={selected}
              onClick={() =>
                onChange(
                  selected ? chosen.filter((value) => value !== option.value) : [...chosen, option.value],
                )
              }
            >
              {option.mark}
              {option.label}
            </CheckItem>
          );
        })}
        {active && (
          <MenuItem
            onClick={() => {
              onChange([]);
              setAnchor(null);
            }}
            sx={{ color: 'text.secondary', borderTop: 1, borderColor: 'divider', mt: 0.5, borderRadius: 0 }}
          >
            {t('filter.clearOne')}
          </MenuItem>
        )}
      </LazyMenu>
    </>
  );
}
