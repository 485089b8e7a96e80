import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReservedUsername } from '../auth/accounts/username.ts'
import { spaRoutes } from './spa-routes.ts'

test('nobody gets a username in whose place the web app has another page', () => {
  const others = spaRoutes.flatMap((path) => /^\/user\/([^:/]+)$/.exec(path)?.[1] ?? [])
  assert.ok(others.includes('account'))
  for (const name of others) assert.ok(isReservedUsername(name), name)
  for (const name of ['.', '..']) {
    assert.notEqual(new URL(`http://hub.example/user/${name}`).pathname, `/user/${name}`)
    assert.ok(isReservedUsername(name), name)
  }
})
