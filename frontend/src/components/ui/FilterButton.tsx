import { Box, Button } from '@mui/material';
import { useTranslation } from 'react-i18next';
import { IconChevronDown } from '@/lib/icons';

interface Props {
  label: string;
  /** The names of what is chosen; one that is still being loaded counts by its value. */
  chosen: string[];
  isOpen: boolean;
  opens: 'menu' | 'dialog';
  onOpen: (anchor: HTMLElement) => void;
}

/** The button of a filter with several values: it says what is chosen. */
export function FilterButton({ label, chosen, isOpen, opens, onOpen }: Props) {
  const { t } = useTranslation();
  const active = chosen.length > 0;
  return (
    <Button
      variant="outlined"
      aria-haspopup={opens}
      aria-expanded={isOpen}
      onClick={(event) => onOpen(event.currentTarget)}
      endIcon={<IconChevronDown size={14} />}
      sx={{
        fontWeight: 500,
        px: 1.25,
        borderStyle: active ? 'solid' : 'dashed',
        ...(active && { bgcolor: 'surface.selected', borderColor: 'primary.main' }),
        '& .MuiButton-endIcon': { marginInlineStart: 0.5 },
      }}
    >
      {label}
      {active && (
        <Box
          component="span"
          sx={{
            marginInlineStart: 0.75,
            fontWeight: 600,
            maxWidth: 170,
            overflow: 'hidden',
            textOverflow: 'ellipsis',
          }}
        >
          {chosen.length <= 2 ? chosen.join(', ') : t('filter.several', { count: chosen.length })}
        </Box>
      )}
    </Button>
  );
}
