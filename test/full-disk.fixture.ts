import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, startHub } from './conformance/hub.ts'

/** Mounts a file system of this size; undefined where that is not allowed. */
function mountSmallDisk(megabytes: number): { directory: string; unmount: () => void } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'mk-small-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory])
  if (status !== 0) return void rmdirSync(directory)
  return {
    directory,
    unmount() {
      spawnSync('umount', ['-l', directory])
      rmdirSync(directory)
    },
  }
}

/** Takes all space that is left. */
export function fill(directory: string): void {
  const file = openSync(join(directory, 'filler'), 'a')
  try {
    for (let size = 1 << 20; size >= 1; size >>= 4)
      try {
        for (;;) writeSync(file, Buffer.alloc(size))
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
      }
  } finally {
    closeSync(file)
  }
}

/**
 * Runs with a hub on a small disk, which `run` fills; `directory` is on that disk. False where no file system can be mounted.
 */
export async function withFullDisk(
  workers: number,
  run: (hub: Hub, directory: string) => Promise<void>,
  accounts: string[] = ['ada'],
): Promise<boolean> {
  const disk = mountSmallDisk(64)
  if (!disk) return false
  const before = process.env.TMPDIR
  process.env.TMPDIR = disk.directory
  try {
    const hub = await startHub({ accounts, flags: ['--workers', String(workers), '--limit-failures', 'off'] })
    try {
      await run(hub, disk.directory)
    } finally {
      rmSync(join(disk.directory, 'filler'), { force: true })
      await hub.close()
    }
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    disk.unmount()
  }
  return true
}
