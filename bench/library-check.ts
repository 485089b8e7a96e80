import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type HubHome, makeHome, serveHome } from './hub.ts'
import { runCommand } from './processes.ts'
import type { Finding } from './report.ts'
import { type Effort, medians } from './rounds.ts'
import { freePort } from './servers/nginx.ts'

const directories = 700
const filesOfDirectory = 100
const files = directories * filesOfDirectory
const longestMilliseconds = 120_000

/**
 * A hub that is started again over a folder of 70,000 small model files in which nothing changed: when it answers, and how
 * fast it looks at every file's size and time meanwhile. It has all cores, as its owner would start it.
 */
export async function* measureLibraryCheck(directory: string, { rounds }: Effort): AsyncGenerator<Finding> {
  const home = await makeHome(directory)
  await writeModels(home.library)
  const started = performance.now()
  await runCommand(['scan', home.library, '--data', home.data])
  const indexSeconds = (performance.now() - started) / 1000
  const starts: Start[] = []
  for (let round = 0; round < rounds; round++) starts.push(await startAgain(home))
  const { firstAnswer, ready, checkSeconds } = medians(starts)
  const name = 'unchanged library of 70,000 files'
  yield { name: `${name}: start to first answer`, unit: 'ms', hub: firstAnswer, rounds, target: { atMost: 1000 } }
  yield { name: `${name}: start to ready`, unit: 'ms', hub: ready, rounds }
  const checked = { hub: files / checkSeconds, rounds, target: { atLeast: 20_000 } }
  yield { name: `${name}: check in the background`, unit: 'files/s', ...checked }
  yield { name: '70,000 small files: first index', unit: 'files/s', hub: files / indexSeconds, rounds: 1 }
}

/** Milliseconds from the start of the program, and how long the check took. */
interface Start extends Record<string, number> {
  firstAnswer: number
  ready: number
  checkSeconds: number
}

async function startAgain(home: HubHome): Promise<Start> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const begun = Date.now()
  const started = performance.now()
  const passed = () => performance.now() - started
  const options = ['--port', `${port}`, '--workers', '1']
  const starting = serveHome(home, options, { on: 'all' }).then((hub) => ({ hub, ready: passed() }))
  const answered = async () => {
    const answer = await fetch(`${origin}/api/v1/models?limit=1`).catch(() => undefined)
    if (!answer?.ok) return undefined
    const { items } = (await answer.json()) as { items: unknown[] }
    if (items.length !== 1) throw new Error('the hub answers without its models')
    return passed()
  }
  const firstAnswer = await until(answered)
  const checkSeconds = await until(checkOf(origin, home.token, begun))
  const { hub, ready } = await starting
  await hub.stop()
  return { firstAnswer, ready, checkSeconds }
}

/** How many seconds the scan took that began after `begun`; undefined while it goes on. */
function checkOf(origin: string, token: string, begun: number): () => Promise<number | undefined> {
  let startedAt: number | undefined
  return async () => {
    const answer = await fetch(`${origin}/api/v1/library`, { headers: { authorization: `Bearer ${token}` } })
    const { scan, folders } = (await answer.json()) as {
      scan: { startedAt: string } | null
      folders: { scannedAt: string; modelFiles: number }[]
    }
    const [folder] = folders
    if (folder?.modelFiles !== files) throw new Error(`the hub knows ${folder?.modelFiles} files`)
    if (scan) startedAt ??= Date.parse(scan.startedAt)
    const endedAt = Date.parse(folder.scannedAt)
    if (scan || endedAt < begun) return undefined
    if (startedAt === undefined) throw new Error('the check was over before it could be looked at')
    return (endedAt - startedAt) / 1000
  }
}

async function until(look: () => Promise<number | undefined>): Promise<number> {
  const end = performance.now() + longestMilliseconds
  while (performance.now() < end) {
    const seen = await look()
    if (seen !== undefined) return seen
    await sleep(20)
  }
  throw new Error('the hub does not come so far')
}

/** Well-formed files, each with other bytes. */
async function writeModels(folder: string): Promise<void> {
  for (let number = 0; number < directories; number++) {
    const directory = join(folder, `family ${number}`)
    await mkdir(directory)
    const written = Array.from({ length: filesOfDirectory }, (_, index) =>
      writeFile(join(directory, `model ${index}.safetensors`), modelFile(number * filesOfDirectory + index)),
    )
    await Promise.all(written)
  }
}

/** A tensor of eight bytes, which are the number. */
export function modelFile(number: number): Buffer {
  const header = Buffer.from(JSON.stringify({ t: { dtype: 'U8', shape: [8], data_offsets: [0, 8] } }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(number))
  return Buffer.concat([length, header, bytes])
}
