/** All samples of one metric, as one process tells them to another: the JSON of prom-client, which writes them. */
export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  /** How the samples of several processes become one. */
  aggregator: 'sum' | 'max' | 'first'
  values: Sample[]
}

export interface Sample {
  /** Of histograms, whose samples have names of their own. */
  metricName?: string
  labels: Readonly<Record<string, string | number>>
  value: number
}

/** A number that only grows: whoever counts keeps it, and adds to it. */
export interface LabeledCounter {
  value: number
}

/** Counts what happens, by labels whose values are few. */
export interface Counter {
  /** The count of these labels, the same for the same ones. */
  of(labels?: Sample['labels']): LabeledCounter
  family(): Family
}

/** How often values were within each bound, for one set of labels. */
export interface LabeledHistogram {
  observe(value: number): void
}

export interface Histogram {
  of(labels?: Sample['labels']): LabeledHistogram
  family(): Family
}

interface Named {
  name: string
  help: string
}

export function openCounter({ name, help }: Named): Counter {
  const counts = openByLabels((): LabeledCounter => ({ value: 0 }))
  return {
    of: counts.of,
    family: () => ({
      name,
      help,
      type: 'counter',
      aggregator: 'sum',
      values: counts.all().map(({ labels, held }) => ({ labels, value: held.value })),
    }),
  }
}

/** `bounds` grow, and what is beyond the last is counted too. */
export function openHistogram({ name, help, bounds }: Named & { bounds: readonly number[] }): Histogram {
  const spreads = openByLabels(() => openBuckets(bounds))
  return {
    of: spreads.of,
    family: () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: spreads.all().flatMap(({ labels, held: { within, sum } }) => {
        let total = 0
        const buckets = within.map((times, place) => {
          total += times
          return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[place] ?? '+Inf' }, value: total }
        })
        return [
          ...buckets,
          { metricName: `${name}_sum`, labels, value: sum() },
          { metricName: `${name}_count`, labels, value: total },
        ]
      }),
    }),
  }
}

/** What is so and so much now, of this process. */
export const gauge = ({ name, help }: Named, values: Sample[], aggregator: Family['aggregator'] = 'sum'): Family => ({
  name,
  help,
  type: 'gauge',
  aggregator,
  values,
})

function openBuckets(bounds: readonly number[]) {
  const within = new Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  return {
    within,
    sum: () => sum,
    observe(value: number) {
      let place = 0
      while (place < bounds.length && value > (bounds[place] as number)) place++
      within[place] = (within[place] as number) + 1
      sum += value
    },
  }
}

/** One of something for each set of labels. */
function openByLabels<Held>(make: () => Held) {
  const byLabels = new Map<string, { labels: Sample['labels']; held: Held }>()
  return {
    of(labels: Sample['labels'] = {}): Held {
      const key = JSON.stringify(labels)
      const known = byLabels.get(key)
      if (known) return known.held
      const held = make()
      byLabels.set(key, { labels, held })
      return held
    },
    all: () => [...byLabels.values()],
  }
}
