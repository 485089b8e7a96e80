import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanState } from './scan-state.ts'

const pending = {
  pickleScanResult: 'Pending',
  pickleScanMessage: null,
  virusScanResult: 'Pending',
  virusScanMessage: null,
} as const

test('a file that holds only data is described so, without a claim about viruses', () => {
  const { text, tone } = scanState({ ...pending, format: 'SafeTensor', pickleScanResult: 'Success' })
  assert.match(text, /only data, no code/)
  assert.match(text, /virus scan is not known/)
  assert.equal(tone, 'quiet')
})

test('a pickle, and what is unknown, is a warning whatever the API calls it', () => {
  assert.match(scanState({ ...pending, format: 'PickleTensor' }).text, /can run code/)
  for (const format of [undefined, 'Other', 'PickleTensor'])
    assert.equal(scanState({ ...pending, format, pickleScanResult: 'Success' }).tone, 'warning')
})

test('a file that was found to be dangerous says so first', () => {
  assert.equal(scanState({ ...pending, format: 'SafeTensor', virusScanResult: 'Danger' }).tone, 'danger')
  assert.equal(scanState({ ...pending, format: 'SafeTensor', pickleScanResult: 'Danger' }).tone, 'danger')
})

test('the message of a result is shown: of the hub for a verified file, of the metadata for a scanned one', () => {
  const verified = { virusScanResult: 'Success', virusScanMessage: 'The structure was verified.' } as const
  const { text, tone } = scanState({ ...pending, ...verified, format: 'SafeTensor' })
  assert.match(text, /The structure was verified\.$/)
  assert.equal(tone, 'quiet')
  const stated = scanState({ ...pending, format: 'SafeTensor', virusScanResult: 'Success' }).text
  assert.match(stated, /Its metadata says that a virus scan found nothing/)
  assert.doesNotMatch(stated, /virus scan is not known/)
  const found = { virusScanResult: 'Danger', virusScanMessage: 'Win.Test.EICAR' } as const
  assert.match(scanState({ ...pending, ...found, format: 'Other' }).text, /dangerous.*Win\.Test\.EICAR/)
  assert.equal(scanState({ ...pending, format: 'SafeTensor', pickleScanResult: 'Error' }).tone, 'warning')
})
