import { readTrainingFacts, type TrainingFacts } from './kohya-metadata.ts'
import type { ModelHeader } from './tensors.ts'

/** What the header of a model file says besides its tensors. */
export interface FileMetadata {
  format: ModelHeader['format']
  /** As they stand in the file, sorted by name. */
  entries: Array<{
    name: string
    value: string
    /** Whether the value is only the beginning of what the file holds. */
    isCut: boolean
  }>
  /** How many entries the file holds beyond those listed. */
  moreEntries: number
  /** What the trainer wrote of the training run; null where none did. */
  training: TrainingFacts | null
}

const maxEntries = 500
const maxNameLength = 200
const maxValueLength = 4000

/** Takes what a header says apart from its tensors, within the bounds of what a page shows. */
export function fileMetadata({ format, metadata }: ModelHeader): FileMetadata {
  const names = Object.keys(metadata).sort()
  return {
    format,
    entries: names.slice(0, maxEntries).map((name) => {
      const value = metadata[name] ?? ''
      return {
        name: name.slice(0, maxNameLength),
        value: value.slice(0, maxValueLength),
        isCut: name.length > maxNameLength || value.length > maxValueLength,
      }
    }),
    moreEntries: Math.max(0, names.length - maxEntries),
    training: readTrainingFacts(metadata) ?? null,
  }
}
