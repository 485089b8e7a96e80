/** Where the main navigation leads. */
export const places = [
  { to: '/models', label: 'Models' },
  { to: '/creators', label: 'Creators' },
  { to: '/tags', label: 'Tags' },
  { to: '/docs', label: 'API' },
] as const
