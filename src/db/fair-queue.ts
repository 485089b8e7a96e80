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
 * it ends, so that until then it counts with that of the queue's last one.
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
  /** Cost so far, divided by the weight: of those with jobs the lowest goes next. */
  used: number
  running: number
  jobs: Job[]
  lastCost: number
}
interface Share<Job> {
  used: number
  weight: number
  /** `used` of the queue that the last job was taken from. A new queue starts there: it has no claim to time in the past. */
  clock: number
  queues: Map<string, Queue<Job>>
}

/** Idle queues that are remembered for what they have used beyond their due. */
const maxIdleQueues = 1000

export function openFairQueue<Job>(): FairQueue<Job> {
  const shares = new Map<ShareName, Share<Job>>()
  for (const [name, weight] of Object.entries(weights) as [ShareName, number][])
    shares.set(name, { used: 0, weight, clock: 0, queues: new Map() })
  const places = new Map<Job, Queue<Job>[]>()
  let clock = 0
  const shareOf = (name: ShareName) => shares.get(name) as Share<Job>

  const takeOut = (job: Job) => {
    for (const { jobs } of places.get(job) ?? []) jobs.splice(jobs.indexOf(job), 1)
    places.delete(job)
  }
  const open = (share: Share<Job>, key: string): Queue<Job> => {
    if (!isBusy(share)) share.used = Math.max(share.used, clock)
    if (share.queues.size > maxIdleQueues)
      for (const [name, queue] of share.queues) if (!isActive(queue)) share.queues.delete(name)
    const known = share.queues.get(key)
    if (known) {
      if (!isActive(known)) known.used = Math.max(known.used, share.clock)
      return known
    }
    const queue = { used: share.clock, running: 0, jobs: [], lastCost: 1 }
    share.queues.set(key, queue)
    return queue
  }
  return {
    add(job, { share, key }) {
      const queue = open(shareOf(share), key)
      const known = places.get(job) ?? []
      if (known.includes(queue)) return
      queue.jobs.push(job)
      places.set(job, [...known, queue])
    },
    remove: takeOut,
    take() {
      const share = lowest([...shares.values()].filter(({ queues }) => [...queues.values()].some(hasJobs)))
      const queue = share && lowest([...share.queues.values()].filter(hasJobs))
      if (!share || !queue) return undefined
      const job = queue.jobs[0] as Job
      const expected = queue.lastCost
      clock = share.used
      share.clock = queue.used
      share.used += expected / share.weight
      queue.used += expected
      queue.running++
      takeOut(job)
      return {
        job,
        end(cost) {
          queue.running--
          share.used += (cost - expected) / share.weight
          queue.used += cost - expected
          queue.lastCost = cost
        },
      }
    },
    waiting: (queue) =>
      queue === undefined ? places.size : (shareOf(queue.share).queues.get(queue.key)?.jobs.length ?? 0),
    partOf({ share: name, key }) {
      const share = shareOf(name)
      const busy = [...shares.values()].filter((other) => other === share || isBusy(other))
      const others = [...share.queues].filter(([other, queue]) => other !== key && isActive(queue)).length
      return share.weight / busy.reduce((sum, { weight }) => sum + weight, 0) / (others + 1)
    },
  }
}

const hasJobs = ({ jobs }: { jobs: unknown[] }): boolean => jobs.length > 0
const isActive = ({ jobs, running }: { jobs: unknown[]; running: number }): boolean => jobs.length > 0 || running > 0
const isBusy = ({ queues }: { queues: Map<string, { jobs: unknown[]; running: number }> }): boolean =>
  [...queues.values()].some(isActive)
const lowest = <T extends { used: number }>(list: T[]): T | undefined =>
  list.reduce<T | undefined>((best, each) => (best === undefined || each.used < best.used ? each : best), undefined)
