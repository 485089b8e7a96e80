import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** What distinguishes the hub's pages from a bare component library; the rest are its defaults. */
export const theme = createTheme({
  primaryColor: 'indigo',
  // White on it has a contrast of 5:1.
  primaryShade: 7,
  defaultRadius: 'md',
  // White letters only on what is dark enough for 4.5:1, otherwise black ones.
  autoContrast: true,
  luminanceThreshold: 0.18,
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
    // A menu that a key opened begins at its first item, and gives the focus back when it closes.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, returnFocus: true } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
})

/** Colours of text with the contrast of WCAG 2.2 AA (4.5:1), where the library's own have less: quiet text, and badges. */
export const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5f666d',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-teal-light-color': '#066a4b',
    '--mantine-color-green-light-color': '#1f6f33',
    '--mantine-color-lime-light-color': '#45700a',
    '--mantine-color-yellow-light-color': '#8a4a00',
    '--mantine-color-orange-light-color': '#a8380a',
  },
  dark: { '--mantine-color-dimmed': '#a3a8ad', '--mantine-color-placeholder': '#9aa0a6' },
})
