import { createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';

/** Petrol: calm, and told apart at a glance from the green of "done" and the amber of "held". */
const petrol: MantineColorsTuple = [
  '#e9f6f7',
  '#d2ebed',
  '#a3d6da',
  '#71c0c7',
  '#4badb6',
  '#2f9ba5',
  '#1a8590',
  '#0f707a',
  '#0b5b64',
  '#08474e',
];
/** Slate instead of neutral grey: dark surfaces that rest the eye. */
const dark: MantineColorsTuple = [
  '#d8dee4',
  '#b6c0c9',
  '#93a0ac',
  '#6c7986',
  '#3b4651',
  '#2c363f',
  '#212a32',
  '#161d23',
  '#10161b',
  '#0b1014',
];

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol, dark },
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: { fontFamily: SANS, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
});

/** Mantine's own greys and red are too faint for small text on our surfaces. */
export const cssVariables: CSSVariablesResolver = () => {
  const quiet = { '--mantine-color-dimmed': 'var(--kt-dim)', '--mantine-color-placeholder': 'var(--kt-dim)' };
  return {
    variables: {},
    light: { ...quiet, '--mantine-color-error': '#c2272d' },
    dark: { ...quiet, '--mantine-color-error': '#ff8f88' },
  };
};
