import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { endpoints } from '../src/endpoints/index.ts'
import { describeApi } from '../src/openapi/document.ts'

const checkout = fileURLToPath(new URL('..', import.meta.url))
const silent = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' }

interface Findings {
  problems: { ruleId: string; message: string; location: { pointer?: string }[] }[]
}

test('the OpenAPI document has no fault that a linter knows, and every example fits its schema', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-openapi-'))
  try {
    const file = join(directory, 'openapi.json')
    await writeFile(file, JSON.stringify(describeApi(endpoints, { version: '1.0.0' })('https://hub.example')))
    const { problems } = await lint(file)
    const found = problems.map(({ ruleId, message, location }) => `${location[0]?.pointer}: ${ruleId}: ${message}`)
    assert.deepEqual(found, [])
  } finally {
    await rm(directory, { recursive: true })
  }
})

async function lint(file: string): Promise<Findings> {
  const program = join(checkout, 'node_modules/@redocly/cli/bin/cli.js')
  const config = join(checkout, 'redocly.yaml')
  const child = spawn(process.execPath, [program, 'lint', file, '--config', config, '--format', 'json'], {
    cwd: checkout,
    env: { ...process.env, ...silent },
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  assert.match(stdout, /^\{/, stderr)
  return JSON.parse(stdout) as Findings
}
