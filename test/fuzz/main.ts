import { parseArgs } from 'node:util'
import { fuzz } from './run.ts'

/*
 * Sends requests made from the OpenAPI document to a hub of its own, and tells which answers no client should get:
 * `npm run fuzz -- --requests 50000 --seed 1`. Ends with 1 when there is one, or when the hub's memory grows.
 */

const { values } = parseArgs({ options: { requests: { type: 'string', default: '50000' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const mostGrowth = 0.2

const started = performance.now()
const { requests, operations, faults, errors, memory } = await fuzz({ requests: Number(values.requests), seed })
const seconds = (performance.now() - started) / 1000
const growth = memory.end / memory.warm - 1

for (const [operation, { asked, succeeded }] of [...operations].sort(([one], [other]) => (one < other ? -1 : 1)))
  console.log(`${String(asked).padStart(7)} ${String(succeeded).padStart(7)} well  ${operation}`)
for (const fault of faults) console.log(`\n${fault}`)
for (const line of errors) console.log(`\nin the log: ${line}`)
console.log(
  `\n${requests} requests in ${seconds.toFixed(0)} s, seed ${seed}: ${faults.length} faults, ${errors.length} errors in the log`,
)
console.log(
  `memory: ${memory.warm.toFixed(0)} MB when warm, ${memory.end.toFixed(0)} MB at the end (${(growth * 100).toFixed(1)} %)`,
)
if (faults.length > 0 || errors.length > 0 || growth > mostGrowth) process.exitCode = 1
