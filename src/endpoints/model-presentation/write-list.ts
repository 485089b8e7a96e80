import type { z } from 'zod'
import { creatorKey, modelKey } from '../../catalog/catalog-keys.ts'
import { ofRecords, pageTaskAt } from '../../catalog/models/page-task.ts'
import type { CursorMetadata } from '../cursor-pages.ts'
import { type ModelPresentation, presentModel } from './present-model.ts'

/** A list of models as it is answered, and the keys of the models and creators that it shows. */
export interface WrittenList {
  /** UTF-8. */
  json: Uint8Array<ArrayBuffer>
  keys: string[]
}

/** How models are shown, and what the list tells of itself. */
export type ListPresentation = ModelPresentation & { metadata: z.infer<typeof CursorMetadata> }

/**
 * Writes a list where its rows are read: the thread that serves gets nothing but the bytes. Model by model, which
 * is a tenth faster than by way of a text of the whole.
 */
export const writeList = ofRecords((records, { metadata, ...presentation }: ListPresentation) => {
  const parts = records.map((record, index) =>
    encoder.encode(`${index === 0 ? '' : ','}${JSON.stringify(presentModel(record, presentation))}`),
  )
  const json = joined([
    encoder.encode('{"items":['),
    ...parts,
    encoder.encode(`],"metadata":${JSON.stringify(metadata)}}`),
  ])
  const keys = records.flatMap(({ id, creator }) => [modelKey(id), ...(creator ? [creatorKey(creator.username)] : [])])
  const output: WrittenList = { json, keys }
  return { output, moved: [json.buffer] }
})

const encoder = new TextEncoder()

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  for (const part of parts) {
    whole.set(part, end)
    end += part.length
  }
  return whole
}

export const writingList = pageTaskAt(import.meta.url, 'writeList', writeList)
