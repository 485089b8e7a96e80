// Before the first paint, so that nobody who likes it dark sees a flash of white. Mantine keeps the choice under this key.
let chosen
try {
  chosen = localStorage.getItem('mantine-color-scheme-value')
} catch {
  // The browser keeps nothing for this page: what the system prefers counts.
}
const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
