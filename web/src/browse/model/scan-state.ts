type ScanResult = 'Pending' | 'Success' | 'Danger' | 'Error'

/**
 * What was checked of a file, and what was not. The hub reads a file's format and computes its hashes; it looks for no
 * code within, and runs no virus scanner. `Success` of the API means no more than a format that is not executed.
 */
export function scanState(file: {
  format: string | undefined
  pickleScanResult: ScanResult
  virusScanResult: ScanResult
}): { text: string; tone: 'quiet' | 'warning' | 'danger' } {
  if (file.pickleScanResult === 'Danger' || file.virusScanResult === 'Danger')
    return { text: 'This file was found to be dangerous. Do not load it.', tone: 'danger' }
  const unscanned = file.virusScanResult === 'Success' ? '' : ' No virus scanner ran.'
  if (file.format === 'SafeTensor' || file.format === 'GGUF')
    return { text: `Hashes computed. This format holds data alone, no code.${unscanned}`, tone: 'quiet' }
  if (file.format === 'PickleTensor')
    return {
      text: `Hashes computed. This format can run code when it is loaded, and nobody looked for any.${unscanned}`,
      tone: 'warning',
    }
  return { text: `Hashes computed. Nobody looked for harmful code in it.${unscanned}`, tone: 'warning' }
}
