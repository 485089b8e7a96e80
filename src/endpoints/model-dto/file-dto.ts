import type { FileRecord } from '../../catalog/models/rows.ts'
import { selectFile } from '../../catalog/select-file.ts'
import type { ModelFile } from './file.ts'

/** What a file's presentation needs of what is around it. */
export interface FileContext {
  origin: string
  versionId: number
  modelType: string
  /** All files of the version, and the one of them that downloads give when nothing is asked. */
  files: readonly FileRecord[]
  primary: FileRecord | undefined
  isDownloadable: boolean
}

/** The address of a version's download, which is its primary file's too: clients find that file by comparing the two. */
export const downloadUrl = (origin: string, versionId: number): string => `${origin}/api/download/models/${versionId}`

/** The one file that downloads give when nothing is asked. */
export const shownPrimary = (files: readonly FileRecord[], modelType: string): FileRecord | undefined =>
  selectFile(files, {}, modelType)

export function toFileDto(file: FileRecord, surroundings: FileContext, isPrimary: true | undefined): ModelFile {
  return {
    id: file.id,
    name: file.name,
    type: file.type as ModelFile['type'], // the importer writes only what the enumeration holds
    sizeKB: file.size_bytes / 1024,
    metadata: traitsOf(file) as ModelFile['metadata'],
    pickleScanResult: file.pickle_scan_result as ModelFile['pickleScanResult'],
    pickleScanMessage: file.pickle_scan_message,
    virusScanResult: file.virus_scan_result as ModelFile['virusScanResult'],
    virusScanMessage: file.virus_scan_message,
    scannedAt: new Date(file.scanned_at).toISOString(),
    hashes: file.hashes,
    ...(surroundings.isDownloadable && { downloadUrl: fileAddress(file, surroundings) }),
    ...(isPrimary && { primary: true }),
  }
}

function traitsOf({ format, size, fp, quant_type: quantType }: FileRecord) {
  return {
    ...(format !== null && { format }),
    ...(size !== null && { size }),
    ...(fp !== null && { fp }),
    ...(quantType !== null && { quantType }),
  }
}

/** The address that gives this very file: by its traits, as the site writes it, and by its id where they mean another. */
function fileAddress(file: FileRecord, { origin, versionId, modelType, files, primary }: FileContext): string {
  const address = downloadUrl(origin, versionId)
  if (file === primary) return address
  const selectors = { type: file.type, ...traitsOf(file) }
  const found = selectFile(files, selectors, modelType)
  const all = found?.id === file.id ? selectors : { ...selectors, fileId: file.id }
  return `${address}?${Object.entries(all)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`
}
