import { type Family, gauge } from './family.ts'

/** What a hub and an edge tell alike. */
export interface SharedState {
  version: string
  connections: number
  cache: { responses: number; bytes: number; evicted: number }
}

export function sharedFamilies({ version, connections, cache }: SharedState): Family[] {
  const one = (value: number) => [{ labels: {}, value }]
  return [
    gauge(
      { name: 'modelkeep_build_info', help: 'The version that runs; always 1' },
      [{ labels: { version, node: process.versions.node }, value: 1 }],
      'first',
    ),
    gauge({ name: 'modelkeep_http_connections', help: 'Connections that are open' }, one(connections)),
    gauge(
      { name: 'modelkeep_cache_answers', help: 'Answers that are kept, each variant of one by itself' },
      one(cache.responses),
    ),
    gauge({ name: 'modelkeep_cache_bytes', help: 'Memory that kept answers take' }, one(cache.bytes)),
    {
      name: 'modelkeep_cache_evictions_total',
      help: 'Kept answers that made room for others',
      type: 'counter',
      aggregator: 'sum',
      values: one(cache.evicted),
    },
  ]
}
