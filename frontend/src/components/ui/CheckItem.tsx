import { Box, MenuItem } from '@mui/material';
import type { ComponentProps, ReactNode } from 'react';
import { IconCheck } from '@/lib/icons';

interface Props extends Omit<ComponentProps<typeof MenuItem>, 'selected'> {
  isChecked: boolean;
  children: ReactNode;
}

/** A choice in a menu that stays open while choosing. */
export function CheckItem({ isChecked, children, ...rest }: Props) {
  return (
    <MenuItem role="menuitemcheckbox" aria-checked={isChecked} {...rest}>
      <Box
        component="span"
        aria-hidden
        sx={{
          width: 16,
          height: 16,
          display: 'grid',
          placeItems: 'center',
          flexShrink: 0,
          borderRadius: 0.625,
          border: 1,
          borderColor: isChecked ? 'primary.main' : 'text.disabled',
          bgcolor: isChecked ? 'primary.main' : 'transparent',
          color: 'primary.contrastText',
        }}
      >
        {isChecked && <IconCheck size={12} stroke={3} />}
      </Box>
      {children}
    </MenuItem>
  );
}
