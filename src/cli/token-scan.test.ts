import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Command, CommanderError } from 'commander'
import { createToken, withFiles } from '../token-scan/scan.fixture.ts'
import { registerTokenScanCommand } from './token-scan.ts'

/** Runs the command with a terminal, or none, as standard error; gives what was written to it. */
async function errorOutput(argv: string[], isTTY: boolean): Promise<string> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough().resume()]
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  const program = new Command()
  registerTokenScanCommand(program, { stdin, stdout, stderr, environment: {} })
  await program.parseAsync(['scan', ...argv], { from: 'user' }).catch((error) => {
    if (!(error instanceof CommanderError)) throw error
  })
  return String(stderr.read() ?? '')
}

test('a terminal is shown how far the search is, on a line that is gone in the end; nothing else is', () =>
  withFiles({ 'a.txt': 'fine', 'b.txt': createToken() }, async (directory) => {
    const drawn = await errorOutput([directory], true)
    assert.match(drawn, /4 bytes searched \| .*a\.txt/)
    const summary = 'modelkeep: tokens in 1 place; 2 files searched, 53 bytes\n'
    assert.ok(drawn.endsWith(`\u001b[2K${summary}`), 'the line is cleared')
    assert.equal(await errorOutput([directory], false), summary)
    assert.equal(await errorOutput([directory, '--quiet'], true), '')
  }))
