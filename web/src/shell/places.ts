/** Where the main navigation leads. */
export const places = [{ to: '/models', label: 'Models' }] as const
