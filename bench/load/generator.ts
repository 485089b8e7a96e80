import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { onCores } from '../cores.ts'
import { project, run } from '../processes.ts'

export interface Load {
  url: string
  headers?: Record<string, string>
  seconds: number
}

export interface LoadResult {
  /** How long it asked, without the time that it needed to start and end. */
  seconds: number
  requestsPerSecond: number
  p50Milliseconds: number
  p99Milliseconds: number
}

/** Asks for one address as fast as answers come, over some connections. */
export interface Generator {
  /** With its version. */
  name: string
  /** @throws when an answer is missing or says that it went wrong */
  load(load: Load): Promise<LoadResult>
}

const connections = 32

/** Seconds. wrk by itself counts an answer as failed after two, and a slow server is to be measured, not refused. */
const patience = 10

/** wrk where it is installed, since it costs little; autocannon otherwise, which costs more than many servers. */
export function findGenerator(): Promise<Generator> | Generator {
  // It tells its version with exit code 1.
  const version = /^wrk (?:debian\/)?([\d.]+)/.exec(spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[1]
  return version === undefined ? autocannon() : wrk(version)
}

const wrk = (version: string): Generator => ({
  name: `wrk ${version}`,
  async load({ url, headers = {}, seconds }) {
    const args = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '--timeout', `${patience}s`]
    const report = ['-s', 'bench/load/wrk-report.lua']
    const printed = await run(...onCores('generator', 'wrk', [...args, ...report, ...headerFlags(headers), url]))
    const counted = JSON.parse(printed.split('\n').at(-1) ?? '') as {
      [name in 'requests' | 'microseconds' | 'failed' | 'p50' | 'p99']: number
    }
    if (counted.failed > 0 || counted.requests === 0)
      throw new Error(`${url}: ${counted.failed} of ${counted.requests} requests failed`)
    const passed = counted.microseconds / 1e6
    return {
      seconds: passed,
      requestsPerSecond: counted.requests / passed,
      p50Milliseconds: counted.p50 / 1000,
      p99Milliseconds: counted.p99 / 1000,
    }
  },
})

async function autocannon(): Promise<Generator> {
  const program = createRequire(import.meta.url).resolve('autocannon')
  const { version } = JSON.parse(await readFile(join(project, 'node_modules/autocannon/package.json'), 'utf8')) as {
    version: string
  }
  return {
    name: `autocannon ${version}`,
    async load({ url, headers = {}, seconds }) {
      const args = [program, '--json', '-c', `${connections}`, '-d', `${seconds}`, '-t', `${patience}`]
      const printed = await run(...onCores('generator', process.execPath, [...args, ...headerFlags(headers), url]))
      const { duration, requests, latency, errors, ...counted } = JSON.parse(printed) as {
        duration: number
        requests: { average: number }
        latency: { p50: number; p99: number }
        errors: number
        '4xx': number
        '5xx': number
      }
      const failed = errors + counted['4xx'] + counted['5xx']
      if (failed > 0 || requests.average === 0) throw new Error(`${url}: ${failed} requests failed`)
      return {
        seconds: duration,
        requestsPerSecond: requests.average,
        p50Milliseconds: latency.p50,
        p99Milliseconds: latency.p99,
      }
    },
  }
}

const headerFlags = (headers: Record<string, string>) =>
  Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
