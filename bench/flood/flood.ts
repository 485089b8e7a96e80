import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificate } from '../../test/certificate.ts'
import { onCores } from '../cores.ts'
import { makeHome, serveHome } from '../hub.ts'
import { type BenchServer, project } from '../processes.ts'
import type { Finding } from '../report.ts'
import { percentile } from '../rounds.ts'
import type { Attack } from './attack.ts'
import { openValidCaller } from './valid-caller.ts'

const modelCount = 100_000
const connections = 20
const requests = 2000
const attackSeconds = 20
const settleSeconds = 60
const pauseMilliseconds = 20

/**
 * What an anonymous flood costs a caller who is known, over HTTP/1.1 and HTTP/2: 20 connections from one address pipeline 2,000
 * searches each (in HTTP/2 streams) and read no response. The caller has a token and another address, and sends one request after another.
 */
export async function* measureFlood(directory: string): AsyncGenerator<Finding> {
  const home = await makeHome(directory, modelCount)
  const certificate = makeCertificate()
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  await writeFile(cert, certificate.cert)
  await writeFile(key, certificate.key)
  for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
    const hub = await serveHome(home, protocol === 'HTTP/2' ? ['--tls-cert', cert, '--tls-key', key] : [])
    try {
      yield* measureAttack(hub, home.token, protocol)
    } finally {
      await hub.stop()
    }
  }
}

/** Attacks a hub that runs; `token` is of any account. */
export async function* measureAttack(
  hub: Pick<BenchServer, 'origin' | 'residentMegabytes'>,
  token: string,
  protocol: Attack['protocol'],
): AsyncGenerator<Finding> {
  const attack: Attack = { origin: hub.origin, protocol, connections, requests }
  const name = `flood over ${protocol}`
  await watch(hub, token, 5)
  const before = await watch(hub, token, 10)
  yield latency(`${name}: a valid caller without it`, before)
  yield { name: `${name}: memory before`, unit: 'MB', hub: before.megabytes }

  const args = ['bench/flood/attack.ts', JSON.stringify(attack)]
  const attacker = spawn(...onCores('generator', process.execPath, args), { cwd: project, stdio: ['pipe', 1, 2] })
  const kill = () => attacker.kill('SIGKILL')
  process.once('exit', kill)
  await sleep(500)
  const during = await watch(hub, token, attackSeconds)
  kill()
  if (attacker.exitCode === null && attacker.signalCode === null) await once(attacker, 'exit')
  process.off('exit', kill)
  yield { ...latency(`${name}: a valid caller during it`, during), target: { atMost: 250 } }
  const longest = { name: `${name}: longest response of a valid caller`, unit: 'ms' as const, hub: during.maxMs }
  yield { ...longest, target: { atMost: 1000 } }
  yield { name: `${name}: memory during it, the highest`, unit: 'MB', hub: during.megabytes }

  await sleep(settleSeconds * 1000)
  const after = await hub.residentMegabytes()
  const most = { atMost: Math.round(before.megabytes * 1.5) }
  yield { name: `${name}: memory ${settleSeconds} s after it`, unit: 'MB', hub: after, target: most }
}

interface Watched {
  milliseconds: number[]
  maxMs: number
  /** The highest resident memory. */
  megabytes: number
  failed: number
}

/** Sends requests as a valid caller for so many seconds. */
async function watch(
  hub: Pick<BenchServer, 'origin' | 'residentMegabytes'>,
  token: string,
  seconds: number,
): Promise<Watched> {
  const caller = await openValidCaller(hub.origin, token)
  const milliseconds: number[] = []
  let [megabytes, failed] = [0, 0]
  const end = performance.now() + seconds * 1000
  try {
    for (let number = 0; performance.now() < end; number++) {
      const sent = performance.now()
      const path = number % 2 === 0 ? `/api/v1/models?limit=20&page=${1 + (number % 10)}` : '/api/v1/me'
      if ((await caller.send(path)) !== 200) failed++
      milliseconds.push(performance.now() - sent)
      megabytes = Math.max(megabytes, await hub.residentMegabytes())
      await sleep(pauseMilliseconds)
    }
  } finally {
    caller.close()
  }
  return { milliseconds, maxMs: Math.max(...milliseconds), megabytes, failed }
}

/** The 99th percentile, with the median beside it. */
const latency = (name: string, { milliseconds, failed }: Watched): Finding => ({
  name: `${name}, 99th percentile`,
  unit: 'ms',
  hub: percentile(milliseconds, 0.99),
  p50: { hub: percentile(milliseconds, 0.5) },
  p99: { hub: percentile(milliseconds, 0.99) },
  notes: failed > 0 ? [`${failed} of ${milliseconds.length} requests failed.`] : [],
})
