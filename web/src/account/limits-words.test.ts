import assert from 'node:assert/strict'
import { test } from 'node:test'
import { obstacleWords } from './limits-words.ts'

test('what would have refused a program is told, and which scope it lacks', () => {
  const program = { scopes: ['ModelsRead', 'ModelsWrite', 'VaultWrite'] } as const
  assert.equal(obstacleWords({ ...program, obstacles: ['scope'] }, 'ReadOnly'), 'needs ModelsWrite, VaultWrite')
  assert.equal(obstacleWords({ ...program, obstacles: ['scope'] }, ['ModelsRead', 'ModelsWrite']), 'needs VaultWrite')
  assert.equal(
    obstacleWords({ ...program, obstacles: ['query', 'network'] }, 'Full'),
    'sends the key in the address, and comes from another network',
  )
})
