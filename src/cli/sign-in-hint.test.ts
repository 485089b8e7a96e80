import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { commandName } from '../config/config.ts'
import { signInHint } from './sign-in-hint.ts'

const origin = 'http://127.0.0.1:3333'
const hint = (config: { data: string; database?: string; publicUrl?: string }) =>
  signInHint({
    command: 'modelkeep',
    origin,
    config: { database: undefined, publicUrl: undefined, ...config },
    setupCode: 'K7QM-2RXD',
  }).join('\n')

test('the address of the first account has the setup code, on the host that people reach the hub under', () => {
  assert.match(hint({ data: './data' }), /in a browser: http:\/\/127\.0\.0\.1:3333\/setup#K7QM-2RXD$/m)
  assert.match(
    hint({ data: './data', publicUrl: 'https://hub.example' }),
    /: https:\/\/hub\.example\/setup#K7QM-2RXD$/m,
  )
})

test('the commands make an account, a token and a call, and name no place that is the default', () => {
  assert.deepEqual(hint({ data: './data' }).split('\n').slice(2), [
    "  echo 'a good password' | modelkeep user add ada --email ada@example.org --admin",
    '  TOKEN=$(modelkeep token create --user ada --name laptop)',
    '  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:3333/api/v1/me',
  ])
})

test('the commands name data that is elsewhere by its whole path, for any shell and directory', () => {
  assert.match(hint({ data: '/srv/hub' }), /--name laptop --data \/srv\/hub\)$/m)
  assert.ok(hint({ data: "it's here" }).includes(`--admin --data '${resolve('it')}'\\''s here'`))
  assert.ok(hint({ data: './data', database: 'sqlite:hub.db' }).includes(`--database sqlite:${resolve('hub.db')}`))
})

test('the command line is called by its npm script where npm started the hub in its checkout', () => {
  const environment = { npm_package_name: 'modelkeep', npm_lifecycle_event: 'start' }
  assert.equal(commandName(environment), 'npm run -s modelkeep --')
  assert.equal(commandName({ ...environment, npm_lifecycle_event: 'modelkeep' }), 'npm run -s modelkeep --')
  assert.equal(commandName({ ...environment, npm_lifecycle_event: 'test' }), 'modelkeep')
  assert.equal(commandName({ ...environment, npm_package_name: 'studio' }), 'modelkeep')
  assert.equal(commandName({}), 'modelkeep')
})
