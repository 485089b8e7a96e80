import { openCounter, openHistogram } from './family.ts'
import { openProcessMetrics } from './prometheus.ts'
import { durationBounds, knownMethod } from './request-meter.ts'
import { type SharedState, sharedFamilies } from './shared-families.ts'
import type { Snapshot } from './snapshot.ts'

/** What the cache had to do with an answer; `none`: neither it nor the origin gave it. */
export type EdgeOutcome = 'hit' | 'stale' | 'revalidated' | 'collapsed' | 'miss' | 'bypass' | 'none'

/** Counts what an edge does. */
export interface EdgeMeter {
  /** An answer has left. */
  recordResponse(request: { method: string; status: number; outcome: EdgeOutcome; seconds: number }): void
  /** The origin has begun its answer with this status, or gave none for this reason. */
  recordOriginRequest(asked: { result: number | string; milliseconds: number }): void
  snapshot(now: Omit<SharedState, 'version'>): Promise<Snapshot>
}

export function openEdgeMeter(version: string): EdgeMeter {
  const requests = openCounter({ name: 'modelkeep_edge_requests_total', help: 'Requests that were answered' })
  const durations = openHistogram({
    name: 'modelkeep_edge_request_duration_seconds',
    bounds: durationBounds,
    help: 'From the arrival of a request until its answer has left',
  })
  const asked = openCounter({
    name: 'modelkeep_edge_origin_requests_total',
    help: 'Requests that the origin was sent, by its status or by why it gave none',
  })
  const waits = openHistogram({
    name: 'modelkeep_edge_origin_duration_seconds',
    bounds: durationBounds,
    help: 'From a request to the origin until its answer began',
  })
  const processFamilies = openProcessMetrics(1)
  return {
    recordResponse({ method, status, outcome, seconds }) {
      requests.of({ method: knownMethod(method), code: status, outcome }).value++
      durations.of({ outcome }).observe(seconds)
    },
    recordOriginRequest({ result, milliseconds }) {
      asked.of({ code: result }).value++
      if (typeof result === 'number') waits.of().observe(milliseconds / 1000)
    },
    snapshot: async (now) => [
      ...sharedFamilies({ version, ...now }),
      ...[requests, durations, asked, waits].map((metric) => metric.family()),
      ...(await processFamilies()),
    ],
  }
}
