import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { DomainError } from '../auth/errors.ts'
import type { CliContext } from './context.ts'

/**
 * A new password: the first line of standard input, or at a terminal what is typed twice without being shown.
 * @throws DomainError when there is none, or the two differ
 */
export async function readNewPassword({ stdin, stderr }: Pick<CliContext, 'stdin' | 'stderr'>): Promise<string> {
  if (!stdin.isTTY) {
    const [line = ''] = (await text(stdin)).split(/\r?\n/, 1)
    if (line === '') throw new DomainError('Standard input holds no password')
    return line
  }
  const typed = await typeHidden({ stdin, stderr }, ['Password: ', 'The same again: '])
  if (typed[0] !== typed[1]) throw new DomainError('The two passwords differ')
  return typed[0] ?? ''
}

/** Asks at a terminal, which shows nothing of what is typed because the line editor's own output goes nowhere. */
async function typeHidden({ stdin, stderr }: Pick<CliContext, 'stdin' | 'stderr'>, prompts: string[]) {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true })
  const { promise: givenUp, reject } = Promise.withResolvers<never>()
  lines.on('SIGINT', () => reject(new DomainError('Given up')))
  lines.on('close', () => reject(new DomainError('Given up')))
  givenUp.catch(() => undefined)
  try {
    const answers: string[] = []
    for (const prompt of prompts) {
      stderr.write(prompt)
      try {
        answers.push(await Promise.race([lines.question(''), givenUp]))
      } finally {
        stderr.write('\n')
      }
    }
    return answers
  } finally {
    lines.close()
  }
}
