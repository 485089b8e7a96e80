import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** What distinguishes the hub's pages from a bare component library; the rest are its defaults. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  defaultRadius: 'md',
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Named, not imported: a dialog's code is loaded with the first dialog.
  components: {
    Modal: {
      defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontWeight: 650 } },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
})

/** Quiet text that still has the contrast of WCAG 2.2 AA (4.5:1), which the library's own has not. */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5f666d', '--mantine-color-placeholder': '#6b7280' },
  dark: { '--mantine-color-dimmed': '#a3a8ad', '--mantine-color-placeholder': '#9aa0a6' },
})
