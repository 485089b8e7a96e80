/*
 * A worker that serves nothing and ends as its folder says: `refuses` before it listens, `stays` with the hub, `crashes`
 * as soon as it has listened, or `hangs` then.
 */

import type { FromWorker, ToWorker } from './messages.ts'

const send = (message: FromWorker) => void process.send?.(message)
process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') process.exit(0)
  if (message.kind === 'ping') send({ kind: 'pong' })
  if (message.kind !== 'start') return
  const { preparation, worker, config } = message.start
  if (preparation?.folders.includes('refuses')) process.exit(1)
  send({ kind: 'listening', origin: `http://127.0.0.1:${config.port || 4000}` })
  if (config.data === 'crashes' && worker === 2) process.exit(3)
  if (config.data === 'hangs' && worker === 2) for (;;);
})
send({ kind: 'up' })
