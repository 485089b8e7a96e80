import { type FileTraits, holdsWeights, primaryFile } from './primary-file.ts'

/** What a download names; an absent selector asks for nothing. */
export interface FileSelectors {
  fileId?: number | undefined
  type?: string | undefined
  format?: string | undefined
  size?: string | undefined
  fp?: string | undefined
  quantType?: string | undefined
}

/**
 * The file that the selectors mean (contract §5): the one with that id; or the best of those that have the type, and no
 * other value in a trait that was asked for; or, when nothing is asked, the primary file as the catalog shows it. Traits
 * alone ask for the model's weights: what comes with them states few traits, and would fit nearly everything.
 */
export function selectFile<File extends FileTraits & { is_primary: number }>(
  files: readonly File[],
  selectors: FileSelectors,
  modelType: string,
): File | undefined {
  const { fileId, type, format, size, fp, quantType } = selectors
  if (fileId !== undefined) return files.find(({ id }) => id === fileId)
  const weights = files.filter((file) => holdsWeights(file, modelType))
  const untyped = weights.length > 0 ? weights : files
  const ofType = type === undefined ? untyped : files.filter((file) => file.type === type)
  const fitting = ofType.filter(
    (file) =>
      agrees(format, file.format) &&
      agrees(size, file.size) &&
      agrees(fp, file.fp) &&
      agrees(quantType, file.quant_type),
  )
  const asksNothing = [type, format, size, fp, quantType].every((asked) => asked === undefined)
  const shown = asksNothing ? fitting.find(({ is_primary }) => is_primary === 1) : undefined
  return shown ?? primaryFile(fitting, { modelType, format, size, fp, quantType })
}

/** A trait that the file does not state contradicts nothing. */
const agrees = (asked: string | undefined, held: string | null) =>
  asked === undefined || held === null || held === asked
