/** How long a new key may live; the form has a field of its own for `date`. */
export const expiryChoices = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '365 days' },
  { value: 'none', label: 'No expiry' },
  { value: 'date', label: 'A date' },
] as const

export type ExpiryChoice = (typeof expiryChoices)[number]['value']

/** When a key ends, as the hub takes it: null for never. A date (`2030-01-31`) ends with that day, where the person is. */
export function expiryOf(choice: ExpiryChoice, date: string, now: Date): string | null {
  if (choice === 'none') return null
  if (choice === 'date') return new Date(`${date}T23:59:59`).toISOString()
  return new Date(now.getTime() + Number(choice) * 86_400_000).toISOString()
}
