import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from './config.ts'

const nowhere = { flags: {}, environment: {}, directory: tmpdir() }

test('everything has a default', () => {
  const { port, host, data, loginOnly, trustedOrigins } = readConfig(nowhere)
  assert.deepEqual(
    { port, host, data, loginOnly, trustedOrigins },
    { port: 3333, host: '127.0.0.1', data: './data', loginOnly: false, trustedOrigins: [] },
  )
})

test('a flag beats the environment, which beats the file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-config-'))
  try {
    await writeFile(join(directory, 'modelkeep.config.json'), '{"port": 1, "host": "0.0.0.0", "logLevel": "warn"}')
    const config = readConfig({
      flags: { port: '3' },
      environment: { MODELKEEP_PORT: '2', MODELKEEP_HOST: '::1' },
      directory,
    })
    assert.deepEqual([config.port, config.host, config.logLevel], [3, '::1', 'warn'])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a bad value ends with one line that names the option', () => {
  for (const [flags, message] of [
    [{ port: 'abc' }, /^--port: must be a whole number from 0 to 65535$/],
    [{ port: '70000' }, /^--port: must be at most 65535$/],
    [{ publicUrl: 'hub.example' }, /^--public-url: must be a scheme and host/],
    [{ publicUrl: 'https://hub.example/path' }, /^--public-url: must be a scheme and host/],
    [{ trustedOrigins: 'https://a.example,nonsense' }, /^--trusted-origins: "nonsense" is not an origin/],
    [{ trustProxy: 'sometimes' }, /^--trust-proxy: must be true, false, or networks/],
    [{ logLevel: 'loud' }, /^--log-level: must be fatal, error/],
    [{ workers: '4' }, /^--workers: this version serves with 1 process$/],
    [{ database: 'mysql://x' }, /^--database: must be sqlite:FILE/],
    [{ tlsCert: 'a.pem' }, /^--tls-key: is needed with --tls-cert$/],
  ] as const) {
    assert.throws(() => readConfig({ ...nowhere, flags }), { name: 'ConfigError', message })
  }
  assert.throws(() => readConfig({ ...nowhere, environment: { MODELKEEP_PORT: 'x' } }), {
    message: /^--port \(from MODELKEEP_PORT\): must/,
  })
})

test('lists come joined by commas, proxies as true or networks', () => {
  const { trustedOrigins, trustProxy } = readConfig({
    ...nowhere,
    flags: { trustedOrigins: 'https://a.example, https://b.example', trustProxy: '10.0.0.0/8,::1' },
  })
  assert.deepEqual(trustedOrigins, ['https://a.example', 'https://b.example'])
  assert.deepEqual(trustProxy, ['10.0.0.0/8', '::1'])
  assert.equal(readConfig({ ...nowhere, flags: { trustProxy: 'true' } }).trustProxy, true)
})
