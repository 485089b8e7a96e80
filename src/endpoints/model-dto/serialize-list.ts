import type { z } from 'zod'
import { creatorKey, modelKey } from '../../catalog/cache-tags.ts'
import { ofRecords, pageTaskAt } from '../../catalog/models/list/worker-task.ts'
import type { CursorMetadata } from '../core/cursor-pagination.ts'
import { type ModelPresentation, presentModel } from './model-dto.ts'

/** A list of models as it is answered, and the keys of the models and creators that it shows. */
export interface WrittenList {
  /** UTF-8. */
  json: Uint8Array<ArrayBuffer>
  keys: string[]
}

/** How models are shown, and what the list tells of itself. */
export type ListPresentation = ModelPresentation & { metadata: z.infer<typeof CursorMetadata> }

/** Writes a list where its rows are read: the thread that serves gets nothing but the bytes. */
export const writeList = ofRecords((records, { metadata, ...presentation }: ListPresentation) => {
  const items = records.map((record) => presentModel(record, presentation))
  const json = encoder.encode(JSON.stringify({ items, metadata }))
  const keys = records.flatMap(({ id, creator }) => [modelKey(id), creatorKey(creator.username)])
  const output: WrittenList = { json, keys }
  return { output, moved: [json.buffer] }
})

const encoder = new TextEncoder()

export const writingList = pageTaskAt(import.meta.url, 'writeList', writeList)
