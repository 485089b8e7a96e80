import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from '../processes.ts'
import type { Connection } from './connections.ts'

/** What became of the edits of a soak. */
export interface EditCounts {
  edits: number
  /** Reads after an edit that did not show it. */
  lost: number
  /** Reads just before an edit that came from the cache, so that there was something to drop. */
  warm: number
  reads: number
  /** Of the first reads that did not show an edit. */
  examples: string[]
}

const pauseMilliseconds = 100
/** Each so many edits one is made by the command line, which is a process of its own. */
const byCommand = 50

/**
 * Edits models, one after the other, until `signal`: through each of the processes in turn, and by the command line. As soon as an
 * edit is acknowledged, everybody reads it back, without a token, through each of the processes.
 * @throws when an edit or a read is not answered as it should be
 */
export async function editAndRead({
  connections,
  modelIds,
  token,
  data,
  signal,
}: {
  connections: readonly Connection[]
  /** Of models that nobody else edits. */
  modelIds: readonly number[]
  token: string
  data: string
  signal: AbortSignal
}): Promise<EditCounts> {
  const counts: EditCounts = { edits: 0, lost: 0, warm: 0, reads: 0, examples: [] }
  const isFavorite = new Set<number>()
  const needsLogin = new Set<number>()

  /** Reads through every process at once; twice, so that the second time it comes from their caches. */
  const warmUp = async (path: string) => {
    await readAll(path)
    const answers = await readAll(path)
    counts.reads += answers.length
    counts.warm += answers.filter(({ cacheStatus }) => /; hit\b/.test(cacheStatus)).length
    return JSON.parse(answers[0]?.body ?? '') as unknown
  }
  const readAll = (path: string) => Promise.all(connections.map((connection) => read(connection, path)))
  const expect = async (path: string, what: string, isShown: (body: unknown) => boolean) => {
    for (const [index, { body }] of (await readAll(path)).entries()) {
      if (isShown(JSON.parse(body))) continue
      counts.lost++
      if (counts.examples.length < 5) counts.examples.push(`${path}: not ${what} in process ${connections[index]?.pid}`)
    }
  }

  const toggleFavorite = async (id: number, by: Connection) => {
    const [alone, listed] = [`/api/v1/models/${id}`, `/api/v1/models?ids=${id}&nsfw=true`]
    const thumbs = thumbsOf(await warmUp(alone))
    await warmUp(listed)
    const isNew = !isFavorite.has(id)
    const { status, body } = await by.ask(`/api/v1/me/favorites/${id}`, { method: isNew ? 'PUT' : 'DELETE', token })
    if (status !== 200) throw new Error(`an edit of model ${id}: answered ${status} ${body}`)
    if (isNew) isFavorite.add(id)
    else isFavorite.delete(id)
    const expected = thumbs + (isNew ? 1 : -1)
    await expect(alone, `${expected} thumbs`, (shown) => thumbsOf(shown) === expected)
    await expect(listed, `${expected} thumbs`, (shown) => thumbsOf((shown as Listed).items[0]) === expected)
  }
  const toggleLogin = async (id: number) => {
    const model = (await warmUp(`/api/v1/models/${id}`)) as { modelVersions: { id: number }[] }
    const mini = `/api/v1/model-versions/mini/${model.modelVersions[0]?.id}`
    await warmUp(mini)
    const isNeeded = !needsLogin.has(id)
    await runCommand(['model', 'set', `${id}`, '--login', isNeeded ? 'yes' : 'no', '--data', data])
    if (isNeeded) needsLogin.add(id)
    else needsLogin.delete(id)
    const isShown = (shown: unknown) => (shown as { requireAuth: boolean }).requireAuth === isNeeded
    await expect(mini, `requireAuth ${isNeeded}`, isShown)
  }

  while (!signal.aborted) {
    const id = modelIds[counts.edits % modelIds.length] as number
    const by = connections[counts.edits % connections.length] as Connection
    if (counts.edits % byCommand === byCommand - 1) await toggleLogin(id)
    else await toggleFavorite(id, by)
    counts.edits++
    await sleep(pauseMilliseconds)
  }
  return counts
}

interface Listed {
  items: unknown[]
}

const thumbsOf = (model: unknown) => (model as { stats: { thumbsUpCount: number } }).stats.thumbsUpCount

async function read(connection: Connection, path: string) {
  const answer = await connection.ask(path)
  if (answer.status !== 200) throw new Error(`${path}: answered ${answer.status}`)
  return answer
}
