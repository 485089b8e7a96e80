import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountChanges } from './account-changes.ts'

const kinds = (...[account, isViewer]: Parameters<typeof accountChanges>) =>
  accountChanges(account, isViewer).map(({ kind }) => kind)

test('what an account is, it cannot be made once more', () => {
  assert.deepEqual(kinds({ status: 'active', role: 'user' }, false), ['make owner', 'mute', 'ban'])
  assert.deepEqual(kinds({ status: 'muted', role: 'owner' }, false), ['make user', 'unmute', 'ban'])
  assert.deepEqual(kinds({ status: 'banned', role: 'user' }, false), ['unban'])
})

test('nobody bans themselves', () => {
  assert.deepEqual(kinds({ status: 'active', role: 'owner' }, true), [])
})
