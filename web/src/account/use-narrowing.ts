import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { createElement } from 'react'
import { answerOf, api } from '../api/client'
import { UndoMessage } from '../parts/undo-message'
import { type Key, keysQuery, useKeyChange } from './keys-state'
import type { narrowingOf } from './narrowing'

type Narrowing = NonNullable<ReturnType<typeof narrowingOf>>

/** Narrows the limits of a key, and offers to put the former ones back. */
export function useNarrowing({ id, name }: Key, narrowing: Narrowing | undefined) {
  const queries = useQueryClient()
  const set = (body: Narrowing['to']) =>
    answerOf(api.PATCH('/api/v1/me/tokens/{id}', { params: { path: { id } }, body }))

  /** The notification outlives the dialog, and the page as well. */
  function offerUndo(back: Narrowing['back']): void {
    const notification = `narrowed-${id}`
    const onUndo = async () => {
      notifications.hide(notification)
      try {
        await set(back)
        notifications.show({ color: 'teal', message: `The limits of ${name} are as they were.` })
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        notifications.show({ color: 'red', title: `The limits of ${name} were not put back`, message })
      }
      await queries.invalidateQueries({ queryKey: keysQuery.queryKey })
    }
    notifications.hide(notification)
    notifications.show({
      id: notification,
      title: 'The narrower limits are set',
      message: createElement(UndoMessage, { name, onUndo }),
      autoClose: 30_000,
    })
  }

  return useKeyChange(async () => {
    if (!narrowing) return
    await set(narrowing.to)
    offerUndo(narrowing.back)
  })
}
