import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../bench/soak/connections.ts'
import { editAndRead } from '../../bench/soak/edits.ts'
import { slope } from '../../bench/soak/vitals.ts'

/** Two processes of a hub that has one model; the second goes on to show what it showed first, when it `forgets`. */
function hubOf(forgets: boolean) {
  const ending = new AbortController()
  let thumbs = 5
  const seen = new Map<number, number>()
  const connection = (pid: number): Connection => ({
    pid,
    async ask(path, { method = 'GET' } = {}) {
      if (method !== 'GET') {
        thumbs += method === 'PUT' ? 1 : -1
        ending.abort()
        return { status: 200, cacheStatus: '', body: '{}' }
      }
      const cacheStatus = seen.has(pid) ? 'ModelKeep; hit' : 'ModelKeep; fwd=uri-miss'
      if (!seen.has(pid) || !forgets || pid === 1) seen.set(pid, thumbs)
      const model = { id: 7, stats: { thumbsUpCount: seen.get(pid) } }
      return { status: 200, cacheStatus, body: JSON.stringify(path.includes('ids=') ? { items: [model] } : model) }
    },
    close: () => undefined,
  })
  const connections = [connection(1), connection(2)]
  return editAndRead({ connections, modelIds: [7], token: '', data: '', signal: ending.signal })
}

test('a soak counts reads through any process that do not show an edit', async () => {
  const [good, bad] = [await hubOf(false), await hubOf(true)]
  assert.deepEqual([good.edits, good.lost, good.reads, good.warm], [1, 0, 4, 4])
  assert.equal(bad.lost, 2, 'the model by itself and in a list')
  assert.match(bad.examples[0] ?? '', /models\/7: not 6 thumbs in process 2/)
})

test('growth is the slope of the nearest line', () => {
  assert.equal(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    2,
  )
  assert.equal(
    slope([
      [0, 1],
      [1, 2],
      [2, 1],
    ]),
    0,
  )
  assert.equal(slope([[1, 1]]), 0)
})
