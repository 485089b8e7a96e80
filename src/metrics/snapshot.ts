import type { Family } from './family.ts'

/** What one process tells when it is asked. */
export type Snapshot = Family[]

/** What of a snapshot counts on when its process is gone: nothing that was so and so much then. */
export const persistentFamilies = (snapshot: Snapshot): Snapshot => snapshot.filter(({ type }) => type !== 'gauge')

/** Adds the counts of one snapshot to those of another. */
export function sumSnapshots(first: Snapshot, second: Snapshot): Snapshot {
  const families = new Map<string, { family: Family; values: Map<string, Family['values'][number]> }>()
  for (const family of [...first, ...second]) {
    const known = families.get(family.name) ?? { family, values: new Map() }
    families.set(family.name, known)
    for (const sample of family.values) {
      const key = `${sample.metricName} ${JSON.stringify(sample.labels)}`
      known.values.set(key, { ...sample, value: sample.value + (known.values.get(key)?.value ?? 0) })
    }
  }
  return [...families.values()].map(({ family, values }) => ({ ...family, values: [...values.values()] }))
}
