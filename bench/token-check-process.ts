import { text } from 'node:stream/consumers'
import { createAuthenticate } from '../src/auth/authenticate.ts'
import type { PresentedCredentials } from '../src/auth/principal.ts'
import { openTokens } from '../src/auth/tokens/tokens.ts'
import { openDataDirectory } from '../src/hub/data-directory.ts'
import { median, percentile } from './rounds.ts'

/*
 * Asks the hub's own authentication for the same token again and again, in batches, and prints what a call took: the
 * whole of it, with the count of the token's uses.
 */

/** Microseconds a call, of each round: of the batch in the middle, and of the slowest hundredth. */
export interface TokenCheck {
  medians: number[]
  p99s: number[]
}

const batch = 1000
const batches = 200

const [, , data = '', rounds = '1'] = process.argv
const token = (await text(process.stdin)).trim()
const store = await openDataDirectory({ data, database: undefined })
const tokens = openTokens(store)
const authenticate = createAuthenticate({ tokens, sessions: { principalOf: async () => undefined } })
const presented: PresentedCredentials = {
  authorization: `Bearer ${token}`,
  queryToken: undefined,
  cookie: undefined,
  address: '127.0.0.1',
  userAgent: 'bench',
  method: 'GET',
  target: '/api/v1/me',
  use: 'api',
  scope: 'UserRead',
  origin: undefined,
  fromForeignPage: false,
}

const result: TokenCheck = { medians: [], p99s: [] }
// The first round warms up.
for (let round = -1; round < Number(rounds); round++) {
  const times: number[] = []
  for (let each = 0; each < batches; each++) times.push(await timeOfBatch())
  if (round < 0) continue
  result.medians.push(median(times))
  result.p99s.push(percentile(times, 0.99))
}
await tokens.close()
await store.close()
console.log(JSON.stringify(result))

async function timeOfBatch(): Promise<number> {
  const started = performance.now()
  for (let call = 0; call < batch; call++) {
    const principal = await authenticate(presented)
    if (principal.kind !== 'account') throw new Error('the token is not accepted')
  }
  return ((performance.now() - started) * 1000) / batch
}
