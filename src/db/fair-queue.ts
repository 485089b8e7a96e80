import { type MinHeap, openMinHeap } from './min-heap.ts'

/** Whose share of the readers' time a job takes: that of accounts, of anonymous networks, or of the hub itself. */
export type ShareName = 'accounts' | 'anonymous' | 'hub'

/** Whom a job is for. Jobs of one `key` (an account, a network) wait in one queue, in their order. */
export interface QueueName {
  share: ShareName
  key: string
}

/**
 * Divides time among queues: each share gets its weight as long as it has jobs, within a share each queue gets the same, and no
 * queue that has jobs starves. Time that a share does not use goes to the others, and is not saved up.
 *
 * It is start-time fair queueing over two levels: the queue that has used least of its due goes next. The cost of a job is known when
 * it ends, so that until then it counts with that of the queue's last one. Each call takes O(log n) steps for n queues.
 */
export interface FairQueue<Job> {
  /** Puts a job at the end of a queue. A job may wait in several: the first whose turn comes takes it out of all. */
  add(job: Job, queue: QueueName): void
  remove(job: Job): void
  /** Takes the next job; `end` is to be called with what it cost, in any unit. */
  take(): { job: Job; end: (cost: number) => void } | undefined
  /** How many jobs wait in one queue, and in all together. */
  waiting(queue?: QueueName): number
  /** The part of all time that a queue gets while it and those that wait now have jobs: between 0 and 1. */
  partOf(queue: QueueName): number
}

/** Accounts have three times the weight of anonymous networks, so that an anonymous flood takes at most a quarter of their time. */
const weights: Record<ShareName, number> = { accounts: 6, anonymous: 2, hub: 2 }

interface Queue<Job> {
  key: string
  share: Share<Job>
  /** Order of creation, which decides between queues that have used the same. */
  number: number
  /** Cost so far, divided by the weight: of those with jobs the lowest goes next. */
  used: number
  running: number
  jobs: Set<Job>
  lastCost: number
}
interface Share<Job> {
  used: number
  weight: number
  /** `used` of the queue that the last job was taken from. A new queue starts there: it has no claim to time in the past. */
  clock: number
  queues: Map<string, Queue<Job>>
  /** The queues that have jobs which wait. */
  waiting: MinHeap<Queue<Job>>
  /** The queues without waiting and running jobs; the one that became idle first comes first. */
  idle: Set<Queue<Job>>
}

/** Idle queues of a share that are remembered for what they have used beyond their due. */
const maxIdleQueues = 1000

export function openFairQueue<Job>(): FairQueue<Job> {
  const shares = new Map<ShareName, Share<Job>>()
  for (const [name, weight] of Object.entries(weights) as [ShareName, number][]) shares.set(name, openShare(weight))
  const places = new Map<Job, Queue<Job>[]>()
  let clock = 0
  let queueCount = 0
  const shareOf = (name: ShareName) => shares.get(name) as Share<Job>

  const takeOut = (job: Job) => {
    for (const queue of places.get(job) ?? []) {
      queue.jobs.delete(job)
      file(queue)
    }
    places.delete(job)
  }
  const open = (share: Share<Job>, key: string): Queue<Job> => {
    if (activeCount(share) === 0) share.used = Math.max(share.used, clock)
    const known = share.queues.get(key)
    if (known) {
      if (share.idle.has(known)) known.used = Math.max(known.used, share.clock)
      return known
    }
    const queue = {
      key,
      share,
      number: queueCount++,
      used: share.clock,
      running: 0,
      jobs: new Set<Job>(),
      lastCost: 1,
    }
    share.queues.set(key, queue)
    return queue
  }
  return {
    add(job, { share, key }) {
      const queue = open(shareOf(share), key)
      const known = places.get(job) ?? []
      if (known.includes(queue)) return
      queue.jobs.add(job)
      file(queue)
      places.set(job, [...known, queue])
    },
    remove: takeOut,
    take() {
      const share = lowest([...shares.values()].filter(({ waiting }) => waiting.first() !== undefined))
      const queue = share?.waiting.first()
      if (!share || !queue) return undefined
      const [job] = queue.jobs
      const expected = queue.lastCost
      clock = share.used
      share.clock = queue.used
      share.used += expected / share.weight
      queue.used += expected
      queue.running++
      file(queue)
      takeOut(job as Job) // a queue in `waiting` has jobs
      return {
        job: job as Job,
        end(cost) {
          queue.running--
          share.used += (cost - expected) / share.weight
          queue.used += cost - expected
          queue.lastCost = cost
          file(queue)
        },
      }
    },
    waiting: (queue) =>
      queue === undefined ? places.size : (shareOf(queue.share).queues.get(queue.key)?.jobs.size ?? 0),
    partOf({ share: name, key }) {
      const share = shareOf(name)
      const busy = [...shares.values()].filter((other) => other === share || activeCount(other) > 0)
      const own = share.queues.get(key)
      const others = activeCount(share) - Number(own !== undefined && !share.idle.has(own))
      return share.weight / busy.reduce((sum, { weight }) => sum + weight, 0) / (others + 1)
    },
  }
}

const openShare = <Job>(weight: number): Share<Job> => ({
  used: 0,
  weight,
  clock: 0,
  queues: new Map(),
  idle: new Set(),
  waiting: openMinHeap((one, other) => one.used < other.used || (one.used === other.used && one.number < other.number)),
})

/** Files a queue among those that wait and those that are idle, after its jobs or what it has used have changed. */
function file<Job>(queue: Queue<Job>): void {
  const { share, jobs, running } = queue
  if (jobs.size > 0) share.waiting.put(queue)
  else share.waiting.remove(queue)
  share.idle.delete(queue)
  if (jobs.size > 0 || running > 0) return
  share.idle.add(queue)
  if (share.idle.size <= maxIdleQueues) return
  const [oldest] = share.idle
  if (oldest === undefined) return
  share.idle.delete(oldest)
  share.queues.delete(oldest.key)
}

/** Number of queues with jobs that wait or run. */
const activeCount = ({ queues, idle }: { queues: Map<string, unknown>; idle: Set<unknown> }): number =>
  queues.size - idle.size
const lowest = <T extends { used: number }>(list: T[]): T | undefined =>
  list.reduce<T | undefined>((best, each) => (best === undefined || each.used < best.used ? each : best), undefined)
