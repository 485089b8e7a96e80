import { Checkbox, Radio, SimpleGrid, Stack } from '@mantine/core'
import { scopes } from '../api/shared.ts'
import { type KeyPreset, keyPresets } from './key-form-link'
import type { Key } from './keys-state'

export type ScopeName = Key['scopes'][number]
/** A preset, or single scopes. */
export type ScopeChoice = KeyPreset | ScopeName[]

/** What a key may do: one of the presets, or scope by scope. */
export function ScopeChooser({ value, onChange }: { value: ScopeChoice; onChange: (value: ScopeChoice) => void }) {
  const isOwn = typeof value !== 'string'
  return (
    <Stack gap="xs">
      <Radio.Group
        label="What it may do"
        value={isOwn ? 'own' : value}
        onChange={(chosen) => onChange(keyPresets.find(({ id }) => id === chosen)?.id ?? ['UserRead', 'ModelsRead'])}
      >
        <Stack gap="xs" mt={6}>
          {keyPresets.map(({ id, label, about }) => (
            <Radio key={id} value={id} label={label} description={about} />
          ))}
          <Radio value="own" label="Single scopes" description="You choose each of them." />
        </Stack>
      </Radio.Group>
      {isOwn && (
        <Checkbox.Group
          aria-label="Scopes"
          value={value}
          onChange={(chosen) => onChange(scopes.filter((scope) => scope === 'UserRead' || chosen.includes(scope)))}
        >
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" pl="md">
            {scopes.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} disabled={scope === 'UserRead'} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
      )}
    </Stack>
  )
}
