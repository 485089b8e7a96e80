import { notifications } from '@mantine/notifications'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createElement } from 'react'
import { answerOf, api } from '../../api/client'
import { useViewer } from '../../api/viewer'
import { UndoMessage } from '../../parts/undo-message'

/** What people mark for themselves. */
export type MarkKind = 'favorites' | 'hidden'

const words = {
  favorites: { set: 'Added to your favourites', unset: 'Taken from your favourites' },
  hidden: { set: 'Hidden from your lists', unset: 'Shown in your lists again' },
} as const

const marksQuery = (kind: MarkKind) =>
  queryOptions({
    queryKey: ['marks', kind],
    async queryFn({ signal }) {
      const asked =
        kind === 'favorites' ? api.GET('/api/v1/me/favorites', { signal }) : api.GET('/api/v1/me/hidden', { signal })
      const { modelIds } = await answerOf(asked)
      return new Set(modelIds)
    },
  })

/** The models that the viewer marked; undefined for nobody who is signed in, and until it is known. */
export function useMarks(kind: MarkKind): ReadonlySet<number> | undefined {
  const viewer = useViewer()
  return useQuery({ ...marksQuery(kind), enabled: viewer !== null && viewer !== undefined }).data
}

/** Sets or takes away a mark: seen at once, taken back when it fails, and offered to be undone. */
export function useMark(kind: MarkKind, model: { id: number; name: string }) {
  const queries = useQueryClient()
  const { queryKey } = marksQuery(kind)
  const mark = useMutation({
    mutationFn: ({ on }: { on: boolean; isUndoing?: boolean }) => changeMark(kind, model.id, on),
    async onMutate({ on }) {
      await queries.cancelQueries({ queryKey })
      const before = queries.getQueryData(queryKey)
      const next = new Set(before)
      if (on) next.add(model.id)
      else next.delete(model.id)
      queries.setQueryData(queryKey, next)
      return before
    },
    onError(error, _, before) {
      queries.setQueryData(queryKey, before)
      notifications.show({ color: 'red', title: 'This did not work', message: error.message })
    },
    async onSuccess(_, { on, isUndoing }) {
      if (!isUndoing) offerUndo(on)
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['models'] }),
        queries.invalidateQueries({ queryKey: ['model', model.id] }),
      ])
    },
  })

  function offerUndo(on: boolean): void {
    const id = `mark-${kind}-${model.id}`
    const onUndo = () => {
      notifications.hide(id)
      mark.mutate({ on: !on, isUndoing: true })
    }
    notifications.hide(id)
    notifications.show({
      id,
      title: on ? words[kind].set : words[kind].unset,
      message: createElement(UndoMessage, { name: model.name, onUndo }),
      autoClose: 8000,
    })
  }
  return mark
}

async function changeMark(kind: MarkKind, modelId: number, on: boolean): Promise<void> {
  const at = { params: { path: { modelId } } }
  if (kind === 'favorites') {
    const path = '/api/v1/me/favorites/{modelId}'
    await answerOf<unknown>(on ? api.PUT(path, at) : api.DELETE(path, at))
  } else {
    const path = '/api/v1/me/hidden/{modelId}'
    await answerOf<unknown>(on ? api.PUT(path, at) : api.DELETE(path, at))
  }
}
