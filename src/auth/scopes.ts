/** The bits of a token's scope mask, in order from bit 0 (contract §4). */
export const scopes = [
  'UserRead',
  'UserWrite',
  'ModelsRead',
  'ModelsWrite',
  'ModelsDelete',
  'MediaRead',
  'MediaWrite',
  'MediaDelete',
  'ArticlesRead',
  'ArticlesWrite',
  'ArticlesDelete',
  'BountiesRead',
  'BountiesWrite',
  'BountiesDelete',
  'AIServicesRead',
  'AIServicesWrite',
  'BuzzRead',
  'CollectionsRead',
  'CollectionsWrite',
  'SocialWrite',
  'SocialTip',
  'NotificationsRead',
  'NotificationsWrite',
  'VaultRead',
  'VaultWrite',
] as const

export type ScopeName = (typeof scopes)[number]

/** The mask of some scopes. */
export const scopeMask = (names: readonly ScopeName[]): number =>
  names.reduce((mask, name) => mask | (1 << scopes.indexOf(name)), 0)

export const hasScope = (mask: number, name: ScopeName): boolean => (mask & scopeMask([name])) !== 0

/** The scopes that a mask holds, in bit order. */
export const scopeNames = (mask: number): ScopeName[] => scopes.filter((name) => hasScope(mask, name))

const readOnly = scopeMask(scopes.filter((name) => name.endsWith('Read')))

/** Masks that people pick by name (contract §4). */
export const scopePresets = {
  ReadOnly: readOnly,
  Creator:
    readOnly |
    scopeMask(['ModelsWrite', 'MediaWrite', 'ArticlesWrite', 'BountiesWrite', 'CollectionsWrite', 'SocialWrite']),
  AIServices: scopeMask(['UserRead', 'AIServicesRead', 'AIServicesWrite', 'BuzzRead']),
  Full: scopeMask(scopes),
} as const

/**
 * Reads a preset or comma-separated scope names, as a person types them. `UserRead` is in every token.
 * A name that is neither is given back instead.
 */
export function parseScope(text: string): { mask: number } | { unknownName: string } {
  let mask = scopeMask(['UserRead'])
  for (const name of text.split(',').map((part) => part.trim())) {
    if (name === '') continue
    if (Object.hasOwn(scopePresets, name)) mask |= scopePresets[name as keyof typeof scopePresets]
    else if (isScopeName(name)) mask |= scopeMask([name])
    else return { unknownName: name }
  }
  return { mask }
}

const isScopeName = (name: string): name is ScopeName => (scopes as readonly string[]).includes(name)
