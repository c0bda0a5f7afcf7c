import { createTheme } from '@mui/material/styles';
import type { CSSProperties } from 'react';
import { IconChevronDown } from '@/lib/icons';

/** A quiet foreground/background pair per meaning; both halves keep 4.5:1 against each other and the paper. */
export interface Tone {
  fg: string;
  bg: string;
  solid: string;
}

export type ToneName = 'amber' | 'blue' | 'green' | 'red' | 'violet' | 'grey';
type Tones = Record<ToneName, Tone>;

interface Surfaces {
  canvas: string;
  sidebar: string;
  raised: string;
  hover: string;
  selected: string;
  /** Words that stay inside the team. */
  note: string;
  line: string;
  /** The frame of what can be filled in: 3:1 against the paper. */
  field: string;
}

interface OwnVariants<Style> {
  /** Secondary text of body size, and of caption size. */
  muted: Style;
  hint: Style;
  /** The name of a value or a group. */
  label: Style;
  tiny: Style;
}

declare module '@mui/material/Typography' {
  interface TypographyPropsVariantOverrides extends OwnVariants<true> {}
}

declare module '@mui/material/styles' {
  interface TypographyVariants extends OwnVariants<CSSProperties> {}
  interface TypographyVariantsOptions extends Partial<OwnVariants<CSSProperties>> {}
  interface Palette {
    tone: Tones;
    surface: Surfaces;
  }
  interface PaletteOptions {
    tone: Tones;
    surface: Surfaces;
  }
}

const light = {
  primary: { main: '#0d6b5b', dark: '#08513f', light: '#d7efe8', contrastText: '#ffffff' },
  error: { main: '#b42318' },
  warning: { main: '#9a5b00' },
  success: { main: '#1a7436' },
  info: { main: '#1f5fa8' },
  background: { default: '#f6f7f6', paper: '#ffffff' },
  text: { primary: '#171b1a', secondary: '#57605d', disabled: '#6f7875' },
  divider: '#e3e7e5',
  surface: {
    canvas: '#f6f7f6',
    sidebar: '#eef1ef',
    raised: '#ffffff',
    hover: '#f1f4f2',
    selected: '#e4f0ec',
    note: '#fdf7e6',
    line: '#e3e7e5',
    field: '#838d8a',
  },
  tone: {
    amber: { fg: '#854d0e', bg: '#fdf2d8', solid: '#c47f0c' },
    blue: { fg: '#1d5390', bg: '#e5eff9', solid: '#3b82c4' },
    green: { fg: '#17632f', bg: '#e2f4e6', solid: '#2f9e55' },
    red: { fg: '#a51d13', bg: '#fdeae7', solid: '#d92d20' },
    violet: { fg: '#5b3ba3', bg: '#efeafa', solid: '#7c5cc9' },
    grey: { fg: '#4b5552', bg: '#eceeed', solid: '#8a9491' },
  },
};

const dark = {
  primary: { main: '#5fcdb4', dark: '#3fa991', light: '#163a33', contrastText: '#06231d' },
  error: { main: '#ff8a7d' },
  warning: { main: '#f0b557' },
  success: { main: '#74cf8f' },
  info: { main: '#7fb8ee' },
  background: { default: '#111413', paper: '#181c1b' },
  text: { primary: '#e7ebe9', secondary: '#9ea8a4', disabled: '#818b87' },
  divider: '#272d2b',
  surface: {
    canvas: '#111413',
    sidebar: '#0d100f',
    raised: '#1f2423',
    hover: '#1e2322',
    selected: '#1a322c',
    note: '#231f14',
    line: '#272d2b',
    field: '#66706c',
  },
  tone: {
    amber: { fg: '#f3c76d', bg: '#33270f', solid: '#d99a2b' },
    blue: { fg: '#92c3f0', bg: '#152a3f', solid: '#4c93d6' },
    green: { fg: '#84d79c', bg: '#14301d', solid: '#3faa63' },
    red: { fg: '#ff9c91', bg: '#3b1a17', solid: '#e5534b' },
    violet: { fg: '#c1adf2', bg: '#291f42', solid: '#8f73d9' },
    grey: { fg: '#b3bcb8', bg: '#272c2b', solid: '#727c78' },
  },
};

/** Both schemes' colours, for the check of every pair that is used. */
export const palettes = { light, dark };

const secondary = 'var(--tts-palette-text-secondary)';

const focusRing = {
  outline: '2px solid var(--tts-palette-primary-main)',
  outlineOffset: 2,
};

export const theme = createTheme({
  cssVariables: { cssVarPrefix: 'tts', colorSchemeSelector: 'data-scheme' },
  colorSchemes: { light: { palette: light }, dark: { palette: dark } },
  shape: { borderRadius: 7 },
  typography: {
    fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
    fontSize: 13.5,
    htmlFontSize: 16,
    h1: { fontSize: '1.25rem', fontWeight: 650, letterSpacing: '-0.012em', lineHeight: 1.35 },
    h2: { fontSize: '1rem', fontWeight: 620, letterSpacing: '-0.006em', lineHeight: 1.4 },
    h3: { fontSize: '0.8125rem', fontWeight: 620, lineHeight: 1.45 },
    body1: { fontSize: '0.875rem', lineHeight: 1.55 },
    body2: { fontSize: '0.8125rem', lineHeight: 1.5 },
    caption: { fontSize: '0.75rem', lineHeight: 1.45 },
    muted: { fontSize: '0.8125rem', lineHeight: 1.5, color: secondary },
    hint: { fontSize: '0.75rem', lineHeight: 1.45, color: secondary },
    label: { fontSize: '0.75rem', lineHeight: 1.45, fontWeight: 560, color: secondary },
    tiny: { fontSize: '0.6875rem', lineHeight: 1.45, color: secondary },
    overline: {
      fontSize: '0.6875rem',
      fontWeight: 600,
      letterSpacing: '0.045em',
      textTransform: 'uppercase',
      lineHeight: 1.6,
    },
    button: { fontSize: '0.8125rem', fontWeight: 560, textTransform: 'none' },
  },
  transitions: { duration: { enteringScreen: 140, leavingScreen: 100, short: 120, standard: 140 } },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        html: { height: '100%' },
        body: { minHeight: '100%', fontFeatureSettings: "'cv11','ss03'" },
        '#root': { minHeight: '100dvh' },
        ':focus-visible': focusRing,
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            animationIterationCount: '1 !important',
            transitionDuration: '0.01ms !important',
            scrollBehavior: 'auto !important',
          },
        },
      },
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: { root: { '&.Mui-focusVisible': focusRing } },
    },
    MuiButton: {
      defaultProps: { disableElevation: true, size: 'small' },
      styleOverrides: {
        root: ({ theme: t }) => ({
          minHeight: 32,
          padding: '3px 12px',
          borderRadius: 7,
          whiteSpace: 'nowrap',
          variants: [
            {
              props: { variant: 'outlined' },
              style: {
                borderColor: t.vars.palette.divider,
                color: t.vars.palette.text.primary,
                backgroundColor: t.vars.palette.background.paper,
                '&:hover': {
                  backgroundColor: t.vars.palette.surface.hover,
                  borderColor: t.vars.palette.text.disabled,
                },
              },
            },
            {
              props: { variant: 'text', color: 'inherit' },
              style: {
                color: t.vars.palette.text.secondary,
                '&:hover': {
                  backgroundColor: t.vars.palette.surface.hover,
                  color: t.vars.palette.text.primary,
                },
              },
            },
          ],
        }),
        // By the direction of the text, where MUI sets the left and the right.
        startIcon: { marginLeft: 0, marginRight: 0, marginInlineStart: -2, marginInlineEnd: 6 },
        endIcon: { marginLeft: 0, marginRight: 0, marginInlineStart: 8, marginInlineEnd: -2 },
      },
    },
    MuiIconButton: {
      defaultProps: { size: 'small' },
      styleOverrides: {
        root: ({ theme: t }) => ({
          borderRadius: 7,
          minWidth: 30,
          minHeight: 30,
          color: t.vars.palette.text.secondary,
          '&:hover': { backgroundColor: t.vars.palette.surface.hover, color: t.vars.palette.text.primary },
        }),
      },
    },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: {
        root: { backgroundImage: 'none' },
        outlined: { borderRadius: 14, overflow: 'hidden' },
      },
    },
    MuiOutlinedInput: {
      defaultProps: { size: 'small' },
      styleOverrides: {
        root: ({ theme: t }) => ({
          fontSize: '0.8125rem',
          backgroundColor: t.vars.palette.background.paper,
          // The label stands above, so the frame has no gap for it.
          '& .MuiOutlinedInput-notchedOutline': { top: 0, borderColor: t.vars.palette.surface.field },
          '& .MuiOutlinedInput-notchedOutline legend': { display: 'none' },
          '&:hover .MuiOutlinedInput-notchedOutline': { borderColor: t.vars.palette.text.disabled },
          '&.Mui-focused .MuiOutlinedInput-notchedOutline': {
            borderColor: t.vars.palette.primary.main,
            borderWidth: 1.5,
          },
        }),
      },
    },
    MuiInputLabel: {
      defaultProps: { shrink: true },
      styleOverrides: {
        root: ({ theme: t }) => ({
          position: 'static',
          transform: 'none',
          marginBottom: 4,
          maxWidth: 'none',
          fontSize: '0.75rem',
          fontWeight: 560,
          lineHeight: 1.45,
          color: t.vars.palette.text.secondary,
          '&.Mui-focused': { color: t.vars.palette.text.secondary },
        }),
      },
    },
    MuiSelect: {
      defaultProps: { IconComponent: IconChevronDown },
      styleOverrides: { icon: { width: 15, height: 15, top: 'calc(50% - 7px)', right: 10 } },
    },
    MuiNativeSelect: {
      defaultProps: { IconComponent: IconChevronDown },
      styleOverrides: { icon: { width: 15, height: 15, top: 'calc(50% - 7px)', right: 10 } },
    },
    MuiAutocomplete: {
      styleOverrides: {
        paper: ({ theme: t }) => ({
          marginTop: 4,
          border: `1px solid ${t.vars.palette.divider}`,
          backgroundColor: t.vars.palette.surface.raised,
          boxShadow: '0 8px 28px rgb(0 0 0 / 0.14)',
          fontSize: '0.8125rem',
        }),
        listbox: { padding: 4 },
        option: {
          fontSize: '0.8125rem',
          minHeight: '32px !important',
          borderRadius: 5,
          paddingInline: '8px !important',
        },
        noOptions: { fontSize: '0.8125rem' },
        loading: { fontSize: '0.8125rem' },
      },
    },
    MuiFormHelperText: { styleOverrides: { root: { marginInline: 0, fontSize: '0.75rem' } } },
    // The library's grey misses AA's contrast on the page's ground.
    MuiToggleButton: {
      styleOverrides: { root: ({ theme: t }) => ({ color: t.vars.palette.text.secondary }) },
    },
    MuiSwitch: {
      styleOverrides: {
        root: ({ theme: t }) => ({
          width: 32,
          height: 20,
          padding: 0,
          overflow: 'visible',
          '& .MuiSwitch-switchBase': {
            padding: 2,
            '&.Mui-checked': {
              transform: 'translateX(12px)',
              color: t.vars.palette.background.paper,
              '& + .MuiSwitch-track': { opacity: 1, backgroundColor: t.vars.palette.primary.main },
            },
            '&.Mui-disabled + .MuiSwitch-track': { opacity: 0.4 },
            '&.Mui-focusVisible + .MuiSwitch-track': focusRing,
          },
          '& .MuiSwitch-thumb': {
            width: 16,
            height: 16,
            boxShadow: 'none',
            backgroundColor: t.vars.palette.background.paper,
          },
          '& .MuiSwitch-track': {
            borderRadius: 10,
            opacity: 1,
            backgroundColor: t.vars.palette.tone.grey.solid,
          },
        }),
      },
    },
    MuiMenu: {
      defaultProps: { transitionDuration: 90 },
      styleOverrides: {
        paper: ({ theme: t }) => ({
          marginTop: 4,
          border: `1px solid ${t.vars.palette.divider}`,
          backgroundColor: t.vars.palette.surface.raised,
          boxShadow: '0 8px 28px rgb(0 0 0 / 0.14)',
        }),
        list: { padding: 4 },
      },
    },
    MuiMenuItem: {
      styleOverrides: {
        root: { fontSize: '0.8125rem', minHeight: 32, borderRadius: 5, gap: 8, paddingInline: 8 },
      },
    },
    MuiPopover: {
      defaultProps: { transitionDuration: 90 },
      styleOverrides: {
        paper: ({ theme: t }) => ({
          border: `1px solid ${t.vars.palette.divider}`,
          backgroundColor: t.vars.palette.surface.raised,
          boxShadow: '0 8px 28px rgb(0 0 0 / 0.14)',
        }),
      },
    },
    MuiDialog: {
      styleOverrides: {
        paper: ({ theme: t }) => ({
          border: `1px solid ${t.vars.palette.divider}`,
          backgroundColor: t.vars.palette.surface.raised,
          boxShadow: '0 24px 60px rgb(0 0 0 / 0.24)',
          margin: 16,
        }),
      },
    },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: '1rem', fontWeight: 620, paddingBottom: 8 } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '8px 24px 20px' } } },
    MuiTab: {
      styleOverrides: {
        root: { minHeight: 38, padding: '6px 2px', marginInlineEnd: 18, minWidth: 0, fontSize: '0.8125rem' },
      },
    },
    MuiTabs: { styleOverrides: { root: { minHeight: 38 }, indicator: { height: 2, borderRadius: 2 } } },
    MuiAlert: {
      styleOverrides: {
        root: { borderRadius: 8, fontSize: '0.8125rem', alignItems: 'center', paddingBlock: 4 },
        // The button that closes it is as readable as the text, on every colour.
        action: {
          '& .MuiIconButton-root, & .MuiIconButton-root:hover': { color: 'inherit' },
          '& .MuiIconButton-root:hover': {
            backgroundColor: 'color-mix(in srgb, currentColor 15%, transparent)',
          },
        },
      },
    },
    MuiSkeleton: { defaultProps: { animation: 'wave' } },
    MuiLink: { defaultProps: { underline: 'hover' } },
  },
});
