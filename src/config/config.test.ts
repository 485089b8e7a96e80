import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Command } from 'commander'
import { addCommonOptions } from '../cli/options.ts'
import { readConfig, variableName } from './config.ts'
import { optionDeclarations } from './options.ts'

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

test('a variable of OpenTelemetry says where traces go, where nothing of the hub does, unless another says nowhere', () => {
  const [base, exact] = ['http://collector:4318/', 'http://other:4318/x']
  const standard = { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact }
  const read = (environment: Record<string, string>, flags = {}) =>
    readConfig({ ...nowhere, environment, flags }).tracesUrl
  assert.equal(read({}), undefined)
  assert.equal(read({ OTEL_EXPORTER_OTLP_ENDPOINT: base }), 'http://collector:4318/v1/traces')
  assert.equal(read(standard), exact)
  assert.equal(read({ ...standard, MODELKEEP_TRACES_URL: 'http://own/v1/traces' }), 'http://own/v1/traces')
  assert.equal(read(standard, { tracesUrl: 'http://flag/v1/traces' }), 'http://flag/v1/traces')
  for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
    assert.equal(read({ ...standard, ...off }), undefined)
    assert.equal(read({ ...off, MODELKEEP_TRACES_URL: exact }), exact)
  }
  assert.throws(() => read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }), {
    message: /^--traces-url \(from OTEL_EXPORTER_OTLP_ENDPOINT\): must be an address/,
  })
})

test('a bad value ends with one line that names the option', () => {
  for (const [flags, message] of [
    [{ port: 'abc' }, /^--port: must be a whole number from 0 to 65535$/],
    [{ port: '70000' }, /^--port: must be at most 65535$/],
    [{ sendFiles: 'sendfile' }, /^--send-files: must be x-accel-redirect= and a path such as \/modelkeep-files$/],
    [{ sendFiles: 'x-accel-redirect=files' }, /^--send-files: must be/],
    [{ sendFiles: 'x-accel-redirect=/files/', trustProxy: '10.0.0.1' }, /^--send-files: must be/],
    [{ sendFiles: 'x-accel-redirect=/files' }, /^--send-files: needs --trust-proxy with the addresses of the proxy$/],
    [{ sendFiles: 'x-accel-redirect=/files', trustProxy: 'true' }, /^--send-files: needs --trust-proxy/],
    [{ port: '' }, /^--port: must be a whole number/],
    [{ port: '0x50' }, /^--port: must be a whole number/],
    [{ port: '80.5' }, /^--port: must be a whole number/],
    [{ hashThreads: '0' }, /^--hash-threads: must be at least 1$/],
    [{ allowedHosts: 'https://hub.example' }, /^--allowed-hosts: "https:\/\/hub.example" is not a host/],
    [{ publicUrl: 'hub.example' }, /^--public-url: must be a scheme and host/],
    [{ publicUrl: 'https://hub.example/path' }, /^--public-url: must be a scheme and host/],
    [{ trustedOrigins: 'https://a.example,nonsense' }, /^--trusted-origins: "nonsense" is not an origin/],
    [{ trustProxy: 'sometimes' }, /^--trust-proxy: must be true, false, or networks/],
    [{ logLevel: 'loud' }, /^--log-level: must be fatal, error/],
    [{ tracesRatio: '1.5' }, /^--traces-ratio: must be a number from 0 to 1$/],
    [{ tracesRatio: '' }, /^--traces-ratio: must be a number from 0 to 1$/],
    [{ metricsPort: 'x' }, /^--metrics-port: must be a whole number from 0 to 65535$/],
    [{ workers: '0' }, /^--workers: must be at least 1$/],
    [{ workers: '257' }, /^--workers: must be at most 256$/],
    [{ workers: 'two' }, /^--workers: must be a whole number from 1 to 256$/],
    [{ database: 'mysql://x' }, /^--database: must be sqlite:FILE/],
    [{ signUp: 'on' }, /^--sign-up: must be off, invitation or open$/],
    [{ oidcIssuer: 'id.example' }, /^--oidc-issuer: must be an address/],
    [{ oidcIssuer: 'https://id.example' }, /^--oidc-client-id: is needed with --oidc-issuer$/],
    [{ oidcName: 'Studio' }, /^--oidc-issuer: is needed with/],
    [{ tlsCert: 'a.pem' }, /^--tls-key: is needed with --tls-cert$/],
  ] as const) {
    assert.throws(() => readConfig({ ...nowhere, flags }), { name: 'ConfigError', message })
  }
  assert.throws(() => readConfig({ ...nowhere, environment: { MODELKEEP_PORT: 'x' } }), {
    message: /^--port \(from MODELKEEP_PORT\): must/,
  })
})

test('an empty variable is as if absent; in the file null, booleans and unknown keys are refused', async () => {
  assert.equal(readConfig({ ...nowhere, environment: { MODELKEEP_PORT: '', MODELKEEP_PUBLIC_URL: '' } }).port, 3333)
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-config-'))
  try {
    for (const [text, message] of [
      ['{"port": null}', /^--port \(from modelkeep\.config\.json\): must be a whole number/],
      ['{"port": true}', /^--port \(from modelkeep\.config\.json\): must be a whole number/],
      ['{"prot": 1}', /^modelkeep\.config\.json: has no option "prot"$/],
      ['[1]', /^modelkeep\.config\.json: is not a JSON object$/],
    ] as const) {
      await writeFile(join(directory, 'modelkeep.config.json'), text)
      assert.throws(() => readConfig({ ...nowhere, directory }), { name: 'ConfigError', message }, text)
    }
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a secret comes from the environment or the file, and never from the command line', async () => {
  const provider = { MODELKEEP_OIDC_ISSUER: 'https://id.example', MODELKEEP_OIDC_CLIENT_ID: 'hub' }
  const secret = 'of the client'
  const read = (environment: NodeJS.ProcessEnv, flags = {}, directory = tmpdir()) =>
    readConfig({ flags, environment: { ...provider, ...environment }, directory }).oidcClientSecret
  assert.equal(read({ MODELKEEP_OIDC_CLIENT_SECRET: ` ${secret}\n` }), secret)
  assert.equal(read({}, { oidcClientSecret: secret }), undefined)
  assert.throws(
    () => read({ MODELKEEP_OIDC_CLIENT_SECRET: secret }, { oidcClientSecretFile: 'secret.txt' }),
    /^ConfigError: --oidc-client-secret-file: is one secret too many beside MODELKEEP_OIDC_CLIENT_SECRET$/,
  )
  assert.throws(
    () => readConfig({ ...nowhere, environment: { MODELKEEP_OIDC_CLIENT_SECRET: secret } }),
    /^ConfigError: --oidc-issuer: is needed/,
  )
  assert.throws(
    () => read({ MODELKEEP_OIDC_CLIENT_SECRET: ' ' }),
    /^ConfigError: oidcClientSecret \(from MODELKEEP_OIDC_CLIENT_SECRET\): must not be empty$/,
  )

  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-config-'))
  try {
    await writeFile(join(directory, 'modelkeep.config.json'), JSON.stringify({ oidcClientSecret: secret }))
    assert.equal(read({}, {}, directory), secret)
  } finally {
    await rm(directory, { recursive: true })
  }

  const program = new Command()
  program.command('serve').action(() => undefined)
  addCommonOptions(program)
  assert.doesNotMatch(program.commands[0]?.helpInformation() ?? '', /--oidc-client-secret\b(?!-file)/)
})

test('lists come joined by commas, proxies as true or networks', () => {
  const { trustedOrigins, trustProxy } = readConfig({
    ...nowhere,
    flags: { trustedOrigins: 'https://a.example/, HTTPS://B.example:443', trustProxy: '10.0.0.0/8,::1' },
  })
  assert.deepEqual(trustedOrigins, ['https://a.example', 'https://b.example'])
  assert.deepEqual(trustProxy, ['10.0.0.0/8', '::1'])
  assert.equal(readConfig({ ...nowhere, flags: { trustProxy: 'true' } }).trustProxy, true)
})

test('exclusions come joined by commas, by several flags, or as a list in the file', () => {
  assert.deepEqual(readConfig({ ...nowhere, flags: { exclude: 'venv, *.bak' } }).exclude, ['venv', '*.bak'])
  assert.deepEqual(readConfig({ ...nowhere, flags: {}, environment: { MODELKEEP_EXCLUDE: 'venv' } }).exclude, ['venv'])
  assert.throws(
    () => readConfig({ ...nowhere, flags: { exclude: 'venv,[z-a]' } }),
    /^ConfigError: --exclude: "\[z-a\]" is not a pattern such as venv/,
  )
  let flags: Record<string, unknown> = {}
  const program = new Command()
  program.command('scan').action((_options, command: Command) => {
    flags = command.opts()
  })
  addCommonOptions(program)
  program.parse(['scan', '--exclude', 'venv,a', '--exclude', 'b'], { from: 'user' })
  assert.deepEqual(readConfig({ ...nowhere, flags }).exclude, ['venv', 'a', 'b'])
})

const documentation = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

test('the documentation has every option, with its flag, variable, key and default, and no other', () => {
  const rows = [
    ...documentation.matchAll(/^\| (?:`(--.*?)`|none) \| `(MODELKEEP_.*?)` \| `(.*?)` \| (?:`(.*?)`|none) \| .+ \|$/gm),
  ]
  const documented = rows.map(([, flag, variable, key, byDefault]) => [key, flag, variable, byDefault])
  const declared = Object.entries(optionDeclarations).map(([key, { flag, schema }]) => [
    key,
    flag,
    variableName(key),
    shown(schema.parse(undefined)),
  ])
  assert.deepEqual(documented.sort(), declared.sort())
})

test('the configuration files and flags of the documentation are accepted', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-config-'))
  try {
    const files = [...documentation.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => text ?? '')
    assert.ok(files.length > 1)
    for (const text of files) {
      await writeFile(join(directory, 'modelkeep.config.json'), text)
      assert.notDeepEqual(readConfig({ ...nowhere, directory }), readConfig(nowhere))
    }
    const lines = [...documentation.matchAll(/^modelkeep serve (.*)$/gm)].map(([, line]) => line ?? '')
    assert.ok(lines.length > 1)
    for (const line of lines) {
      const given = [...line.matchAll(/--([a-z-]+) (\S+)/g)].map(([, flag, value]) => [camel(flag ?? ''), value])
      for (const [name] of given) assert.ok((name ?? '') in optionDeclarations, name)
      readConfig({ ...nowhere, flags: Object.fromEntries(given) })
    }
  } finally {
    await rm(directory, { recursive: true })
  }
})

const shown = (value: unknown) => (value === undefined || Array.isArray(value) ? undefined : String(value))
const camel = (flag: string) => flag.replaceAll(/-(.)/g, (_all, letter: string) => letter.toUpperCase())
