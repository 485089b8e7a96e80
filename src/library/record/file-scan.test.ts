import assert from 'node:assert/strict'
import { test } from 'node:test'
import { civitaiInfo, type LibraryFixture, safetensors, sha256Of, withLibraryFolder } from '../library.fixture.ts'

const bytes = safetensors('fox')
const longer = Buffer.concat([bytes, Buffer.from('x')])
const stated = {
  virusScanResult: 'Danger',
  virusScanMessage: 'Win.Test.EICAR',
  scannedAt: '2024-02-03T04:05:06.000Z',
  pickleScanResult: 'Success',
  pickleScanMessage: 'No Pickle imports',
}
const sidecar = (file: object, sha256 = sha256Of(bytes)) =>
  civitaiInfo({ modelId: 7, versionId: 70 }, bytes, {
    files: [{ name: 'fox.safetensors', hashes: { SHA256: sha256 }, ...file }],
  })

test("scan results, messages and time are used from a sidecar that names the file's SHA-256", () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', sidecar(stated))
    await fixture.scan()
    assert.deepEqual(await scans(fixture), [
      ['Success', 'No Pickle imports', 'Danger', 'Win.Test.EICAR', Date.parse(stated.scannedAt)],
    ])
    await fixture.put('copy/fox.safetensors', bytes)
    await fixture.scan()
    assert.equal((await scans(fixture))[0]?.[2], 'Danger', 'a copy without a sidecar does not reset them')
  }))

test('scan results of other bytes, and results that the site does not define, are ignored', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', sidecar(stated, 'A'.repeat(64)))
    await fixture.scan()
    assertVerified(await scans(fixture))
    for (const result of ['Infected', 'danger', 3, ['Danger'], '']) {
      await fixture.put('fox.civitai.info', sidecar({ ...stated, virusScanResult: result, pickleScanResult: result }))
      await fixture.scan()
      assertVerified(await scans(fixture))
    }
  }))

test('a data-only file is verified to its last byte; anything else was not checked', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', bytes)
    await fixture.scan()
    const [verified] = await scans(fixture)
    assertVerified([verified ?? []])
    await fixture.put('fox.safetensors', longer)
    await fixture.scan()
    assert.deepEqual(
      (await scans(fixture)).map((scan) => scan.slice(0, 4)),
      [['Success', null, 'Pending', null]],
    )
  }))

test('a scan with the same results keeps their time', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', bytes)
    await fixture.scan()
    await fixture.rows('update model_file set scanned_at = 5')
    await fixture.rows("update library_entry set fingerprint = ''")
    await fixture.scan()
    assert.equal((await scans(fixture))[0]?.[4], 5)
    await fixture.rows("update model_file set virus_scan_result = 'Pending', virus_scan_message = null")
    await fixture.rows("update library_entry set fingerprint = ''")
    await fixture.scan()
    assertVerified(await scans(fixture))
    assert.ok(Number((await scans(fixture))[0]?.[4]) > 5)
  }))

test('the early access configuration of a sidecar is stored unchanged', () =>
  withLibraryFolder(async (fixture) => {
    const config = { timeframe: 5, chargeForDownload: true, nested: { a: [1, null] } }
    await fixture.put('fox.safetensors', bytes)
    await fixture.put(
      'fox.civitai.info',
      civitaiInfo({ modelId: 7, versionId: 70 }, bytes, { earlyAccessConfig: config }),
    )
    await fixture.scan()
    const [row] = await fixture.rows<{ early_access_config: string }>('select early_access_config from model_version')
    assert.deepEqual(JSON.parse(row?.early_access_config ?? 'null'), config)
    for (const other of [null, 5, [], 'text', { a: 'x'.repeat(20_000) }]) {
      await fixture.put(
        'fox.civitai.info',
        civitaiInfo({ modelId: 7, versionId: 70 }, bytes, { earlyAccessConfig: other }),
      )
      await fixture.scan()
      assert.deepEqual(await fixture.rows('select early_access_config as config from model_version'), [
        { config: null },
      ])
    }
  }))

function assertVerified(found: unknown[][]): void {
  assert.deepEqual(
    found.map(([pickle, pickleMessage, virus]) => [pickle, pickleMessage, virus]),
    [['Success', null, 'Success']],
  )
  assert.match(String(found[0]?.[3]), /verified to the last byte/)
}

/** Returns pickle result and message, virus result and message, and time of each file. */
const scans = async ({ rows }: LibraryFixture) =>
  (
    await rows(`select pickle_scan_result, pickle_scan_message, virus_scan_result, virus_scan_message, scanned_at
      from model_file order by id`)
  ).map((row) => Object.values(row))
