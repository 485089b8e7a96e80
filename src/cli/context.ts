import type { KeyObject } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type { Command } from 'commander'
import { DomainError } from '../auth/errors.ts'
import type { Database } from '../db/database.ts'

/** What a command that works on a hub's data directory gets: the same whether a hub serves it meanwhile or not. */
export interface CliContext {
  openHubDatabase(): Promise<OpenHub>
  stdin: Readable & { isTTY?: boolean }
  stdout: Writable
  /** Where prompts go, so that standard output holds results alone. */
  stderr: Writable
  /** For programs that a command runs. */
  environment: NodeJS.ProcessEnv
}

export interface OpenHub {
  database: Database
  serverSecret: KeyObject
  /** So many days a token that is made lives at the longest. */
  longestTokenLife?: number | undefined
  close(): Promise<void>
}

/**
 * Runs `work` on the hub's data and closes it. What is refused ends the program with code 1 and one clear line on
 * standard error.
 */
export async function onHub(
  { openHubDatabase }: CliContext,
  command: Command,
  work: (hub: OpenHub) => Promise<void>,
): Promise<void> {
  try {
    const hub = await openHubDatabase()
    try {
      await work(hub)
    } finally {
      await hub.close()
    }
  } catch (error) {
    if (error instanceof DomainError) command.error(`error: ${error.message}`, { exitCode: 1 })
    throw error
  }
}

/** Writes `lines` to standard output. */
export const printLines = ({ stdout }: Pick<CliContext, 'stdout'>, lines: readonly string[]): void => {
  if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
}
