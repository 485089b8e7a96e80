import { onCores } from './cores.ts'
import { makeHome } from './hub.ts'
import { run } from './processes.ts'
import type { Finding } from './report.ts'
import { type Effort, median } from './rounds.ts'
import type { TokenCheck } from './token-check-process.ts'

/** What telling who sends a request costs, for a token that was seen before; in a process of its own, over a real database. */
export async function* measureTokenCheck(directory: string, { rounds }: Effort): AsyncGenerator<Finding> {
  const { data, token } = await makeHome(directory)
  const args = ['bench/token-check-process.ts', data, `${rounds}`]
  // The token comes in by standard input: others may read command lines.
  const printed = await run(...onCores('server', process.execPath, args), { input: token })
  const { medians, p99s } = JSON.parse(printed) as TokenCheck
  const name = 'token verification, seen before, per call'
  yield { name, unit: 'µs', hub: median(medians), rounds, target: { atMost: 5 } }
  yield { name: `${name}, slowest hundredth of batches of 1,000`, unit: 'µs', hub: median(p99s), rounds }
}
