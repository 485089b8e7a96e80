import type { ScanResult } from '../../catalog/enums.ts'
import type { FileIdentity } from './identity.ts'

/** What is known of the safety of a file. */
export interface FileScan {
  pickle_scan_result: ScanResult
  pickle_scan_message: string | null
  virus_scan_result: ScanResult
  virus_scan_message: string | null
}

const verifiedMessage =
  'The structure of this data-only format was verified to the last byte: it holds tensors and metadata, and no other ' +
  'bytes. No virus scanner ran.'

/**
 * Returns the scan results of a file (contract §2): those of a sidecar that names the file's own SHA-256; otherwise
 * `Success` for a data-only format whose structure was verified to the last byte, and `Pending` for what was not checked.
 */
export function scanOf({ format, scan = {}, isVerified = false }: FileIdentity): FileScan {
  const byHub: FileScan = {
    // Only formats that can carry code are in question.
    pickle_scan_result: format === 'PickleTensor' ? 'Pending' : 'Success',
    pickle_scan_message: null,
    virus_scan_result: isVerified ? 'Success' : 'Pending',
    virus_scan_message: isVerified ? verifiedMessage : null,
  }
  return {
    ...byHub,
    ...(scan.pickleResult && {
      pickle_scan_result: scan.pickleResult,
      pickle_scan_message: scan.pickleMessage ?? null,
    }),
    ...(scan.virusResult && { virus_scan_result: scan.virusResult, virus_scan_message: scan.virusMessage ?? null }),
  }
}
