import {
  AggregatorRegistry,
  collectDefaultMetrics,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
  type RegistryContentType,
} from 'prom-client'
import type { Family } from './family.ts'
import type { Snapshot } from './snapshot.ts'

/** Follows what prom-client knows of a process: processor, memory, event loop, garbage collection. `worker` is the label of all of it. */
export function openProcessMetrics(worker: number): () => Promise<Snapshot> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, labels: { worker } })
  return async () => {
    const families = (await registry.getMetricsAsJSON()) as unknown as Family[]
    return families.map((family) => ({
      ...family,
      // No two processes have one label, so that nothing is left to be made one.
      aggregator: 'sum',
      // Asked again at once, the event loop has no mean.
      values: family.values.filter(({ value }) => Number.isFinite(value)),
    }))
  }
}

/** Writes what processes told, as one, in the format that the `Accept` header asks for: OpenMetrics, or Prometheus' own. */
export async function formatMetrics(
  snapshots: readonly Snapshot[],
  accept = '',
): Promise<{ contentType: string; text: string }> {
  const isOpen = /application\/openmetrics-text/i.test(accept)
  const contentType = isOpen ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE
  const named = isOpen ? snapshots.map((snapshot) => snapshot.map(withoutSuffix)) : snapshots
  const registry = AggregatorRegistry.aggregate<RegistryContentType>(asJson(named))
  registry.setContentType(contentType)
  return { contentType, text: await registry.metrics() }
}

/** In OpenMetrics `_total` belongs to the sample, and the library adds it. */
const withoutSuffix = (family: Family): Family =>
  family.type === 'counter' ? { ...family, name: family.name.replace(/_total$/, '') } : family

/** The library types the array of one registry's metrics as it types one metric. */
const asJson = (snapshots: readonly Snapshot[]) => snapshots as unknown as MetricObjectWithValues<MetricValue<string>>[]
