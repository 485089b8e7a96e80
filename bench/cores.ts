import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Which processor cores are for what, in the words of `taskset`; undefined where processes cannot be bound to cores. */
export interface Cores {
  server: string
  generator: string
  all: string
}

export const cores: Cores | undefined = readCores()

/** Said of each run, so that nobody takes figures of unbound processes for others. */
export const coresInWords = cores
  ? `each server on core ${cores.server}, what asks on core ${cores.generator}`
  : 'not bound to cores: needs taskset and two cores'

/** A command that runs on these cores. */
export function onCores(which: keyof Cores, command: string, args: readonly string[]): [string, string[]] {
  return cores ? ['taskset', ['-c', cores[which], command, ...args]] : [command, [...args]]
}

/** Binds this process, with all its threads. What it starts from now on is bound so as well, unless it is bound elsewhere. */
export function bindTo(which: keyof Cores): void {
  if (cores) execFileSync('taskset', ['-a', '-c', '-p', cores[which], `${process.pid}`], { stdio: 'ignore' })
}

function readCores(): Cores | undefined {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return undefined
  const all = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  const [first, last] = [all.split(/[-,]/)[0], all.split(/[-,]/).at(-1)]
  return first === undefined || last === undefined || first === last
    ? undefined
    : { server: first, generator: last, all }
}
