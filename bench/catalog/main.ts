import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fillCatalog } from './fill.ts'
import { totalsOf } from './layout.ts'
import { openSqliteSink } from './sqlite-sink.ts'

/*
 * Makes a data directory with a large catalog, for `npm run bench -- catalog --data DIR` and for trying the hub on:
 * `npm run bench:catalog -- --models 1000000 --data DIR --seed 1`. A million models take about 15 GB.
 */

const { models, data, seed } = parseArgs({
  options: {
    models: { type: 'string', default: '1000000' },
    data: { type: 'string', default: 'data-bench' },
    seed: { type: 'string', default: '1' },
  },
}).values

const count = Number(models)
if (!Number.isInteger(count) || count < 1) throw new Error('--models is a number of models, from 1 up')
const directory = resolve(data)
const file = join(directory, 'modelkeep.db')
if (await stat(file).catch(() => undefined)) throw new Error(`${file} is there already: name another --data`)
await mkdir(directory, { recursive: true })

const tell = (step: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${step}`)
  else console.error(step)
}
const started = performance.now()
await fillCatalog({ models: count, seed: Number(seed), until: Date.now() }, await openSqliteSink(file), tell)
const seconds = (performance.now() - started) / 1000
const { versions, files, images } = totalsOf(count)
const amounts = [`${count} models`, `${versions} versions`, `${files} files`, `${images} images`].join(', ')
const gigabytes = (await stat(file)).size / 1e9
console.log(
  `\n${file}: ${amounts}, ${gigabytes.toFixed(1)} GB, in ${Math.round(seconds)} s (${Math.round(count / seconds)} models a second)`,
)
