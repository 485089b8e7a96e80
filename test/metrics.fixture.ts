import assert from 'node:assert/strict'

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
