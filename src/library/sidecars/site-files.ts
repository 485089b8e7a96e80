import { z } from 'zod'
import {
  floatPrecisions,
  type HashKind,
  hashKinds,
  modelFileSizes,
  modelFileTypes,
  modelFormats,
  quantTypes,
  scanResults,
} from '../../catalog/enums.ts'
import { withoutHexPrefix } from '../../catalog/hex-prefix.ts'
import { type ClaimedFile, withoutUndefined } from './claim.ts'
import { type Fields, flag, id, name, time } from './fields.ts'

/** Reads the `files` of a version. A file without a name is left out. */
export function readSiteFiles(version: Fields): ClaimedFile[] | undefined {
  return version.objects('files')?.flatMap((file) => {
    const fileName = file.get('name', name)
    return fileName === undefined ? [] : [{ ...readFile(file), name: fileName }]
  })
}

/** Reads hashes of the site's kinds, ignoring the case of kinds and values. */
export function readHashes(hashes: Fields): ClaimedFile['hashes'] {
  const known: ClaimedFile['hashes'] = {}
  for (const [key] of hashes.entries()) {
    const kind = hashKinds.find((candidate) => candidate.toLowerCase() === key.toLowerCase())
    const value = kind === undefined ? undefined : hashes.get(key, hashOf(kind))
    if (kind !== undefined && value !== undefined) known[kind] = value
  }
  return known
}

const digits: Record<HashKind, number> = { SHA256: 64, BLAKE3: 64, AutoV1: 8, AutoV2: 10, AutoV3: 12, CRC32: 8 }

function readFile(file: Fields): Omit<ClaimedFile, 'name'> {
  const metadata = file.object('metadata')
  return {
    ...withoutUndefined({
      id: file.get('id', id),
      type: file.get('type', z.enum(modelFileTypes)),
      sizeKB: file.get('sizeKB', z.number().nonnegative()),
      primary: file.get('primary', flag),
    }),
    metadata: withoutUndefined({
      format: metadata.get('format', z.enum(modelFormats)) ?? file.get('format', z.enum(modelFormats)),
      size: metadata.get('size', z.enum(modelFileSizes)),
      fp: metadata.get('fp', z.enum(floatPrecisions)),
      quantType: metadata.get('quantType', z.enum(quantTypes)),
    }),
    hashes: readHashes(file.object('hashes')),
    ...readScan(file),
  }
}

/** Reads scan results. Values that the site does not define are ignored, with their messages. */
function readScan(file: Fields): Pick<ClaimedFile, 'scan'> {
  const pickleResult = file.get('pickleScanResult', scanResult)
  const virusResult = file.get('virusScanResult', scanResult)
  const scan = withoutUndefined({
    ...(pickleResult && { pickleResult, pickleMessage: file.get('pickleScanMessage', name) }),
    ...(virusResult && { virusResult, virusMessage: file.get('virusScanMessage', name) }),
  })
  if (Object.keys(scan).length === 0) return {}
  const scannedAt = file.get('scannedAt', time)
  return { scan: { ...scan, ...(scannedAt !== undefined && { scannedAt }) } }
}

const scanResult = z.unknown().transform((value) => scanResults.find((result) => result === value))

/** An AutoV3 of 64 digits is the full hash, which is cut to 12 digits. */
function hashOf(kind: HashKind) {
  const hex = z
    .string()
    .trim()
    .transform(withoutHexPrefix)
    .pipe(z.string().regex(/^[0-9a-f]*$/i, 'Is not hexadecimal'))
  return hex.transform((value, context) => {
    if (value.length === digits[kind] || (kind === 'AutoV3' && value.length === 64)) {
      return value.slice(0, digits[kind]).toUpperCase()
    }
    if (value !== '') context.addIssue(`Does not have the ${digits[kind]} digits of its kind`)
    return value === '' ? undefined : z.NEVER
  })
}
