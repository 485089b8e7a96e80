import { spawnSync } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onCores } from '../cores.ts'
import { run } from '../processes.ts'
import { percentile } from '../rounds.ts'
import type { Generator, Load, LoadResult } from './generator.ts'

const connections = 8
const streams = 8

/** h2load where it is installed; otherwise a client on `node:http2`, which costs about what the servers do. */
export function findHttp2Generator(): Generator {
  const version = /nghttp2\/([\d.]+)/.exec(spawnSync('h2load', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]
  return version === undefined
    ? { name: `node:http2 ${process.version}`, load: nodeLoad }
    : { name: `h2load ${version}`, load: h2load }
}

async function h2load({ url, headers = {}, seconds }: Load): Promise<LoadResult> {
  const log = join(tmpdir(), `modelkeep-h2load-${process.pid}.log`)
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const args = ['-t', '1', '-c', `${connections}`, '-m', `${streams}`, '-D', `${seconds}`, '--log-file', log, ...flags]
  try {
    const printed = await run(...onCores('generator', 'h2load', [...args, url]))
    const number = (pattern: RegExp) => Number(pattern.exec(printed)?.[1] ?? Number.NaN)
    const failed = number(/(\d+) failed/) + number(/(\d+) 3xx/) + number(/(\d+) 4xx/) + number(/(\d+) 5xx/)
    // When it started, the status, microseconds until the end of the answer.
    const lines = (await readFile(log, 'utf8')).trim().split('\n')
    const milliseconds = lines.map((line) => Number(line.split('\t')[2]) / 1000)
    const requestsPerSecond = number(/finished in .*, ([\d.]+) req\/s/)
    if (failed !== 0 || !(requestsPerSecond > 0)) throw new Error(`${url}: ${failed} requests failed`)
    return {
      // Asked with a time and without warming up, it is busy for that time.
      seconds,
      requestsPerSecond,
      p50Milliseconds: percentile(milliseconds, 0.5),
      p99Milliseconds: percentile(milliseconds, 0.99),
    }
  } finally {
    await rm(log, { force: true })
  }
}

async function nodeLoad({ url, headers = {}, seconds }: Load): Promise<LoadResult> {
  const asked = JSON.stringify({ url, headers, seconds, connections, streams })
  const printed = await run(...onCores('generator', process.execPath, ['bench/load/http2-client.ts', asked]))
  return JSON.parse(printed) as LoadResult
}
