import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { load, type Measured, median } from './http.ts'
import { runCommand, startServer } from './processes.ts'
import type { Finding } from './report.ts'

const rounds = 3
const warmUpSeconds = 2
const secondsEach = 4

/**
 * The same hub with two serving processes, against itself with one, in turns; medians. The answer is a small one that the
 * serving thread makes alone. The generator of load takes a core of its own: where there are fewer than three, the two
 * processes share what it leaves, and `busy` tells how much they got.
 */
export async function measureWorkers(directory: string): Promise<Finding> {
  const [data, library] = [join(directory, 'workers'), join(directory, 'workers models')]
  for (const folder of [data, library]) await mkdir(folder)
  await runCommand(['user', 'add', 'bench', '--email', 'bench@example.org', '--data', data], 'a long enough password\n')
  const token = await runCommand(['token', 'create', '--user', 'bench', '--name', 'bench', '--data', data])
  const start = (workers: number) =>
    startServer('src/cli/main.ts', ['serve', library, '--data', data, '--port', '0', '--workers', `${workers}`])
  const [one, two] = [await start(1), await start(2)]
  const headers = { authorization: `Bearer ${token}` }
  const results = { one: [] as Measured[], two: [] as Measured[] }
  try {
    for (const hub of [one, two]) await load(hub, '/api/v1/me', headers, warmUpSeconds)
    for (let round = 0; round < rounds; round++) {
      results.one.push(await load(one, '/api/v1/me', headers, secondsEach))
      results.two.push(await load(two, '/api/v1/me', headers, secondsEach))
    }
  } finally {
    await Promise.all([one.stop(), two.stop()])
  }
  const [ours, theirs] = [median(results.two), median(results.one)]
  const cores = availableParallelism()
  return {
    name: `GET /api/v1/me with a token, two processes against one, on ${cores} cores`,
    unit: 'req/s',
    hub: ours.requestsPerSecond,
    reference: theirs.requestsPerSecond,
    p99: { hub: ours.p99Milliseconds, reference: theirs.p99Milliseconds },
    busy: { hub: ours.busy, reference: theirs.busy },
    // With fewer cores the load itself stands in the way.
    ...(cores > 2 && { target: { ratio: 1.7 } }),
  }
}
