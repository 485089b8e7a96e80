/** The presets that the form of a new key offers, as people know them. */
export const keyPresets = [
  { id: 'ReadOnly', label: 'Read only', about: 'Looks and downloads. Right for most programs.' },
  { id: 'Creator', label: 'Creator', about: 'Reads, and changes models, media, favourites and collections.' },
  { id: 'Full', label: 'Full', about: 'All that you may do yourself, making and revoking keys included.' },
] as const

export type KeyPreset = (typeof keyPresets)[number]['id']

/** What the address says of the settings: the open tab, and the form of a new key that a program sent its person to. */
export interface AccountSearch {
  tab?: string | undefined
  /** The form of a new key is open. */
  addApiKey?: true | undefined
  name?: string | undefined
  scope?: string | undefined
  /** Why another site could not be linked, as it sent its person back. */
  error?: string | undefined
}

/** Reads `?tab=`, and `?addApiKey&name=&scope=` (contract §4), and `error`; the router has read numbers and the like already. */
export function readAccountSearch({ tab, addApiKey, name, scope, error }: Record<string, unknown>): AccountSearch {
  if (addApiKey !== undefined && addApiKey !== false)
    return {
      addApiKey: true,
      ...(name !== undefined && { name: String(name) }),
      ...(scope !== undefined && { scope: String(scope) }),
    }
  return {
    ...(typeof tab === 'string' && { tab }),
    ...(typeof error === 'string' && error !== '' && { error: error.slice(0, 64) }),
  }
}

/** What a link fills in: a name of at most 64 characters, and a preset; `Full` is for people alone to choose (contract §4). */
export function linkedForm({ name = '', scope }: AccountSearch): { name: string; preset: KeyPreset } {
  return { name: name.trim().slice(0, 64), preset: scope === 'Creator' ? 'Creator' : 'ReadOnly' }
}
