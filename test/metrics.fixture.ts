import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'

/** The address that a hub has printed for its metrics. */
export const metricsAddress = (printed: string): string =>
  /^metrics at (http:\S+)$/m.exec(printed)?.[1] ?? assert.fail(`no address of metrics in ${printed}`)

/** What a hub tells Prometheus. */
export interface Scrape {
  text: string
  /** Of each series, its name with labels as it is written. */
  values: ReadonlyMap<string, number>
  /** The sum of all series of a name that have these labels. */
  sum(name: string, labels?: Record<string, string>): number
}

export async function scrape(address: string): Promise<Scrape> {
  const answer = await fetch(address)
  assert.equal(answer.status, 200)
  const text = await answer.text()
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, series, value] = /^([a-z_0-9]+(?:\{(?:[a-z_]+="[^"\\]*",?)*\})?) (\S+)$/i.exec(line) ?? []
    assert.ok(series !== undefined && Number.isFinite(Number(value)), `no sample: ${line}`)
    assert.ok(!values.has(series), `twice: ${line}`)
    values.set(series, Number(value))
  }
  return {
    text,
    values,
    sum(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
      let sum = 0
      for (const [series, value] of values) {
        const [named, rest = ''] = series.split('{')
        const has = rest.slice(0, -1).split(',')
        if (named === name && wanted.every((pair) => has.includes(pair))) sum += value
      }
      return sum
    },
  }
}

/** Compares what was told with what the documentation says of metrics with such names: type and labels of each, none missing. */
export async function assertDescribed(text: string, isAmong: (name: string) => boolean): Promise<void> {
  const document = await readFile(new URL('../docs/observability.md', import.meta.url), 'utf8')
  const rows = [...document.matchAll(/^\| `(modelkeep_\w+)` \| (\w+) \| ([^|]*)\|/gm)]
  const described = rows.filter(([, name = '']) => isAmong(name))
  const told = new Map([...text.matchAll(/^# TYPE (modelkeep_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]))
  assert.deepEqual(new Map(described.map(([, name, type]) => [name, type])), told)
  for (const [, name, , labels = ''] of described)
    for (const [, used = ''] of text.matchAll(new RegExp(`^${name}(?:_sum)?\\{(.*)\\} `, 'gm')))
      assert.deepEqual(
        [...used.matchAll(/(\w+)="/g)].map(([, label]) => label),
        labels.match(/\w+/g),
        name,
      )
}
