import { availableParallelism } from 'node:os'
import { assertSame, beside, measureSides, type Side } from './http.ts'
import { makeHome, serveHome } from './hub.ts'
import { findGenerator } from './load/generator.ts'
import type { Finding } from './report.ts'
import type { Effort } from './rounds.ts'

/**
 * The same hub with two serving processes, against itself with one, in turns; medians. The answer is a small one that the
 * serving thread makes alone. What asks takes a core of its own: where there are fewer than three, the two processes share
 * what it leaves, so that what they do in a second of processor time is told as well.
 */
export async function* measureWorkers(directory: string, effort: Effort): AsyncGenerator<Finding> {
  const home = await makeHome(directory)
  const one = await serveHome(home, ['--workers', '1'], { on: 'server' })
  const two = await serveHome(home, ['--workers', '2'], { on: 'all' })
  try {
    const headers = { authorization: `Bearer ${home.token}` }
    const sides = [two, one].map((server): Side => ({ server, path: '/api/v1/me', headers }))
    await assertSame(sides, 200)
    const generator = await findGenerator()
    const [ours, theirs] = await measureSides(sides, generator, effort)
    if (!ours || !theirs) return
    const hasCoreLeft = availableParallelism() > 2
    const measured = { unit: 'req/s', rounds: effort.rounds, against: 'itself with one process' } as const
    const name = 'GET /me with a token, two processes against one'
    yield {
      name,
      ...measured,
      ...beside(ours, theirs),
      ...(hasCoreLeft
        ? { generator: generator.name, cores: { hub: 2, reference: 1 }, target: { ratio: 1.7 } }
        : { notes: ['With two cores, what asks takes away from the two processes what it needs itself.'] }),
    }
    if (hasCoreLeft) return
    yield {
      name: `${name}, for each second of processor time`,
      ...measured,
      hub: ours.requestsPerSecond / ours.busy,
      reference: theirs.requestsPerSecond / theirs.busy,
      target: { ratio: 1.7 / 2 },
      notes: ['1.7 times the requests with twice the cores are 0.85 of the requests of each second.'],
    }
  } finally {
    await Promise.all([one.stop(), two.stop()])
  }
}
