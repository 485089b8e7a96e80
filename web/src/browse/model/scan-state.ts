type ScanResult = 'Pending' | 'Success' | 'Danger' | 'Error'

/**
 * What was checked of a file, and what was not, in words. The hub reads a file's format, verifies the structure of
 * data-only formats, and computes hashes; it looks for no code, and runs no virus scanner. Other results are those of a
 * sidecar that names the file's own SHA-256.
 */
export function scanState(file: {
  format: string | undefined
  pickleScanResult: ScanResult
  pickleScanMessage: string | null
  virusScanResult: ScanResult
  virusScanMessage: string | null
}): { text: string; tone: 'quiet' | 'warning' | 'danger' } {
  const messages = (result: ScanResult) =>
    [
      file.virusScanResult === result ? file.virusScanMessage : null,
      file.pickleScanResult === result ? file.pickleScanMessage : null,
    ].filter((message) => message !== null)
  const has = (result: ScanResult) => file.pickleScanResult === result || file.virusScanResult === result
  if (has('Danger'))
    return {
      text: ['This file was found to be dangerous. Do not load it.', ...messages('Danger')].join(' '),
      tone: 'danger',
    }
  if (has('Error')) return { text: ['A scan of this file failed.', ...messages('Error')].join(' '), tone: 'warning' }
  const scanned =
    file.virusScanResult === 'Success'
      ? (file.virusScanMessage ?? 'Its metadata says that a virus scan found nothing.')
      : 'The result of a virus scan is not known.'
  if (file.format === 'SafeTensor' || file.format === 'GGUF')
    return { text: `Hashes computed. This format holds only data, no code. ${scanned}`, tone: 'quiet' }
  if (file.format === 'PickleTensor') {
    const looked = file.pickleScanMessage ?? 'It is not known whether it holds harmful code.'
    return {
      text: `Hashes computed. This format can run code when it is loaded. ${looked} ${scanned}`,
      tone: 'warning',
    }
  }
  return { text: `Hashes computed. It is not known whether it holds harmful code. ${scanned}`, tone: 'warning' }
}
