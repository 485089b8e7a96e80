#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { allocator, heapFlags } from './node-flags.ts'

// How memory is taken is settled when a process starts, so what serves becomes a process that was started so, under the same id.
const isServer = ['serve', 'edge'].some((command) => process.argv.includes(command))
// A channel to the process that started this one would be lost on the way.
if (
  isServer &&
  !process.connected &&
  !heapFlags.every((flag) => process.execArgv.includes(flag)) &&
  process.platform !== 'win32'
) {
  const line = [process.execPath, ...heapFlags, ...process.execArgv, ...process.argv.slice(1)]
  process.execve?.(process.execPath, line, { ...allocator, ...process.env })
}

// From source, what is left of each module without its types is kept: later starts are faster, and 35 MB smaller.
if (import.meta.url.endsWith('.ts')) {
  const directory = fileURLToPath(new URL('../../node_modules/.cache/modelkeep', import.meta.url))
  enableCompileCache(directory)
  process.env.NODE_COMPILE_CACHE = directory // where threads and child processes look
}
await import('./program.ts')
