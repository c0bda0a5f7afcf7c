import { MenuItem } from '@mui/material';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LazyMenu } from '@/components/ui/LazyMenu';
import { CheckItem } from './CheckItem';
import { FilterButton } from './FilterButton';

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
  return (
    <>
      <FilterButton
        label={label}
        chosen={options.filter((option) => chosen.includes(option.value)).map((option) => option.label)}
        isOpen={anchor !== null}
        opens="menu"
        onOpen={setAnchor}
      />
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
        {chosen.length > 0 && (
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
