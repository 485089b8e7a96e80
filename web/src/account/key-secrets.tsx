import { Stack } from '@mantine/core'
import { type RefObject, useEffect, useRef } from 'react'
import { hasLostFocus } from '../parts/lost-focus'
import type { Key } from './keys-state'
import { ReplacedSecret } from './replaced-secret'

/** The earlier secrets of a key while a rotation's overlap lasts; when one is gone, `next` is where one goes on. */
export function KeySecrets({ of, next }: { of: Key; next: RefObject<HTMLElement | null> }) {
  // A key that has ended has no overlap: none of its secrets works.
  const secrets = of.status === 'active' ? of.secrets : []
  const earlier = secrets.slice(0, -1).filter(({ endsAt }) => endsAt !== null && new Date(endsAt) > new Date())
  // The button that ended a secret goes with it, and would take the focus with it.
  const before = useRef(earlier.length)
  useEffect(() => {
    if (earlier.length < before.current && hasLostFocus()) next.current?.focus()
    before.current = earlier.length
  }, [earlier.length, next])
  return (
    <Stack gap="sm">
      {earlier.map((secret) => (
        <ReplacedSecret key={secret.id} of={of} secret={secret} />
      ))}
    </Stack>
  )
}
