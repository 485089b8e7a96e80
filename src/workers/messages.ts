import type { Config } from '../config/config.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import type { Rate } from '../rate-limit/fixed-window.ts'

/* What the supervisor of a hub's workers and a worker say to each other, as JSON. */

/** What a worker needs to begin. */
export interface WorkerStart {
  /** 1 for the first; one that replaces another has its number. */
  worker: number
  /** How many there are. */
  count: number
  config: Config
  /** What the first one prepares for all: these folders are to be served. */
  preparation: { folders: readonly string[] } | null
  isReady: boolean
  /** The latest message of each channel that keeps it. */
  latest: [channel: string, message: unknown][]
}

/** What a worker asks for, and gets one answer to. */
export type WorkerRequest =
  | { kind: 'setup code' }
  | { kind: 'setup guess'; given: string }
  | { kind: 'try'; key: string; rate: Rate }
  /** The others are to do the work of this name; answered when they have. */
  | { kind: 'together'; name: string }

export type FromWorker =
  /** It can hear. */
  | { kind: 'up' }
  | { kind: 'listening'; origin: string }
  /** It leads, and what it found is worth serving. */
  | { kind: 'ready'; needsSetup: boolean }
  /** What it has counted so far, as it was asked for in this round. */
  | { kind: 'measured'; round: number; snapshot: Snapshot }
  | { kind: 'pong' }
  | BusMessage

/** What workers say to each other. */
export type BusMessage =
  | { kind: 'tell'; channel: string; message: unknown; retainLatest: boolean }
  | { kind: 'ask'; id: number; question: WorkerRequest }
  | { kind: 'done'; round: number }

export type ToWorker =
  | { kind: 'start'; start: WorkerStart }
  /** It is the one that does what is done once for the hub. */
  | { kind: 'lead' }
  | { kind: 'ready' }
  | { kind: 'stop' }
  /** It is to tell what it has counted. */
  | { kind: 'measure'; round: number }
  /** It is to say that it is there. */
  | { kind: 'ping' }
  | { kind: 'told'; channel: string; message: unknown }
  | { kind: 'answer'; id: number; answer: unknown }
  /** It is to do the work of this name, and to say that it has. */
  | { kind: 'do'; name: string; round: number }
