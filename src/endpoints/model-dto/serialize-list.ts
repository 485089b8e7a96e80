import type { z } from 'zod'
import { creatorTag, modelTag } from '../../catalog/cache-tags.ts'
import { ofRecords, pageTaskAt } from '../../catalog/models/list/worker-task.ts'
import type { CursorMetadata } from '../core/cursor-pagination.ts'
import { type ModelDtoContext, toModelDto } from './model-dto.ts'

/** A list of models as it is answered, and the keys of the models and creators that it shows. */
export interface SerializedList {
  /** UTF-8. */
  json: Uint8Array<ArrayBuffer>
  keys: string[]
}

/** How models are shown, and what the list tells of itself. */
export type ListDtoContext = ModelDtoContext & { metadata: z.infer<typeof CursorMetadata> }

/** Writes a list where its rows are read: the thread that serves gets nothing but the bytes. */
export const serializeList = ofRecords((records, { metadata, ...presentation }: ListDtoContext) => {
  const items = records.map((record) => toModelDto(record, presentation))
  const json = encoder.encode(JSON.stringify({ items, metadata }))
  const keys = records.flatMap(({ id, creator }) => [modelTag(id), creatorTag(creator.username)])
  const output: SerializedList = { json, keys }
  return { output, transferList: [json.buffer] }
})

const encoder = new TextEncoder()

export const serializeListTask = pageTaskAt(import.meta.url, 'serializeList', serializeList)
