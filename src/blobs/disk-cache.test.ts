import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../test/eventually.ts'
import type { Channel } from '../worker-bus/worker-bus.ts'
import { openDiskCache, type RenderedFile } from './disk-cache.ts'

async function withDirectory(run: (directory: string) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-cache-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

const filled = (bytes: number) => (path: string) => writeFile(path, Buffer.alloc(bytes))
const neverMade = () => assert.fail('it is there already')

test('what is made once is there, also for all who ask while it is made', () =>
  withDirectory(async (directory) => {
    const cache = await openDiskCache({ directory, maxBytes: 1000 })
    let times = 0
    const make = async (path: string) => {
      times++
      await pause(20)
      await writeFile(path, 'hello')
    }
    const all = await Promise.all([cache.get('a', make), cache.get('a', make), cache.get('a', make)])
    assert.equal(times, 1)
    assert.deepEqual(all[2], { path: join(directory, 'a'), sizeBytes: 5 })
    assert.equal(await readFile(join(directory, 'a'), 'utf8'), 'hello')
    await cache.get('a', neverMade)
  }))

test('it never holds more than so many bytes, and what was used last stays', () =>
  withDirectory(async (directory) => {
    const cache = await openDiskCache({ directory, maxBytes: 1000 })
    await cache.get('a', filled(400))
    await cache.get('b', filled(400))
    await cache.get('a', neverMade)
    await cache.get('c', filled(400))
    await eventually(async () => (await readdir(directory)).sort().join() === 'a,c', 'b goes')
  }))

test('after a restart it knows its files, drops the oldest above the bound, and what was left half-made', () =>
  withDirectory(async (directory) => {
    for (const [index, name] of ['old', 'middle', 'new'].entries()) {
      await writeFile(join(directory, name), Buffer.alloc(400))
      await utimes(join(directory, name), 1000 + index, 1000 + index)
    }
    await writeFile(join(directory, 'x.draft'), 'half')
    await utimes(join(directory, 'x.draft'), 0, 0)
    await writeFile(join(directory, 'young.draft'), 'of another process')
    const cache = await openDiskCache({ directory, maxBytes: 1000 })
    await eventually(
      async () => (await readdir(directory)).sort().join() === 'middle,new,young.draft',
      'the oldest and the half-made go',
    )
    await cache.get('new', neverMade)
  }))

test('of several processes one makes a file for all, and the bound is that of all together', () =>
  withDirectory(async (directory) => {
    const listeners: ((file: RenderedFile) => void)[] = []
    const channel = (own: number): Channel<RenderedFile> => ({
      publish(file) {
        for (const listener of listeners.filter((_, index) => index !== own)) listener(file)
      },
      subscribe: (listener) => void listeners.push(listener),
    })
    const one = await openDiskCache({ directory, maxBytes: 1000, made: channel(0) })
    const other = await openDiskCache({ directory, maxBytes: 1000, made: channel(1) })
    await one.get('a', filled(400))
    await other.get('a', neverMade)
    await other.get('b', filled(400))
    await one.get('c', filled(400))
    await eventually(async () => (await readdir(directory)).sort().join() === 'b,c', 'a goes')
    await one.get('b', neverMade)
  }))

test('what could not be made leaves nothing, and what somebody removed is made again', () =>
  withDirectory(async (directory) => {
    const cache = await openDiskCache({ directory, maxBytes: 1000 })
    const failing = async (path: string) => {
      await writeFile(path, 'half')
      throw new Error('no')
    }
    await assert.rejects(cache.get('a', failing), /no/)
    assert.deepEqual(await readdir(directory), [])
    await cache.get('a', filled(3))
    await rm(join(directory, 'a'))
    await cache.get('a', filled(7))
    assert.equal((await stat(join(directory, 'a'))).size, 7)
  }))
