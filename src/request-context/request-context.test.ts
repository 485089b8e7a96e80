import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import { openRequestContext } from './request-context.ts'

const statement = (sql: string) => ({ lane: 'reading' as const, sql, askedAt: 0, waitMs: 0, runMs: 0 })

test('each request is told of its own statements, and who watches around it too', async () => {
  const work = openRequestContext()
  const seen: Record<string, string[]> = { a: [], b: [], around: [] }
  const ask = (name: string) =>
    work.observe(
      ({ sql }) => seen[name]?.push(sql),
      async () => {
        await later(1)
        work.onStatement(statement(`${name} 1`))
        await later(1)
        work.onStatement(statement(`${name} 2`))
      },
    )
  await Promise.all([
    work.observe(
      ({ sql }) => seen.around?.push(sql),
      () => ask('a'),
    ),
    ask('b'),
  ])
  work.onStatement(statement('of nobody'))
  assert.deepEqual(seen, { a: ['a 1', 'a 2'], b: ['b 1', 'b 2'], around: ['a 1', 'a 2'] })
})
