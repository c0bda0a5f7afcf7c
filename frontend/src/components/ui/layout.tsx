import { Box, Typography } from '@mui/material';
import type { AllHTMLAttributes, ElementType, FormEvent, ReactNode } from 'react';
import { visuallyHidden } from './visuallyHidden';

interface Spacing {
  component?: ElementType;
  gap?: number;
  mt?: number;
  mb?: number;
}

type Rest = Omit<
  AllHTMLAttributes<HTMLElement>,
  'color' | 'content' | 'height' | 'width' | 'translate' | 'onSubmit'
> & {
  onSubmit?: (event: FormEvent<HTMLFormElement>) => void;
};

interface PageProps {
  /** Pixels. */
  width: number;
  children: ReactNode;
}

/** The content of a page, no wider than it can be read. */
export function Page({ width, children }: PageProps) {
  return <Box sx={{ maxWidth: width, mx: 'auto' }}>{children}</Box>;
}

/** Children below each other. */
export function Stack({ component = 'div', gap, mt, mb, ...rest }: Spacing & Rest) {
  return <Box sx={{ display: 'grid', minWidth: 0, gap, mt, mb }} component={component} {...rest} />;
}

interface RowProps extends Spacing, Rest {
  align?: 'center' | 'start' | 'end' | 'baseline';
  justify?: 'space-between' | 'center' | 'end';
  nowrap?: boolean;
}

/** Children beside each other. */
export function Row({ component = 'div', gap, mt, mb, align, justify, nowrap, ...rest }: RowProps) {
  return (
    <Box
      component={component}
      sx={{
        display: 'flex',
        flexWrap: nowrap ? undefined : 'wrap',
        alignItems: align,
        justifyContent: justify,
        gap,
        mt,
        mb,
      }}
      {...rest}
    />
  );
}

/** Two columns of fields where there is room. */
export function Columns({ component = 'div', gap = 2, mt, mb, ...rest }: Spacing & Rest) {
  return (
    <Box
      sx={{ display: 'grid', gap, mt, mb, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' } }}
      component={component}
      {...rest}
    />
  );
}

/** A list without bullets. */
export function List({ gap, mt = 0, mb = 0, component = 'ul', ...rest }: Spacing & Rest) {
  return (
    <Box
      component={component}
      sx={{ display: gap === undefined ? undefined : 'grid', gap, listStyle: 'none', m: 0, mt, mb, p: 0 }}
      {...rest}
    />
  );
}

/** Takes the room that is left in a row. */
export function Grow({ component = 'div', ...rest }: Rest & { component?: ElementType }) {
  return <Box component={component} sx={{ flex: 1, minWidth: 0 }} {...rest} />;
}

interface TextProps extends Omit<Spacing, 'gap'>, Rest {
  /** `muted` and `hint` are secondary text of body and caption size. */
  variant?: 'body2' | 'caption' | 'muted' | 'hint' | 'label' | 'tiny' | 'inherit';
  color?: string;
}

export function Text({ variant = 'body2', component = 'div', color, mt, mb, ...rest }: TextProps) {
  return <Typography variant={variant} component={component} color={color} sx={{ mt, mb }} {...rest} />;
}

export function VisuallyHidden({ component = 'span', ...rest }: Rest & { component?: ElementType }) {
  return <Box component={component} sx={visuallyHidden} {...rest} />;
}
