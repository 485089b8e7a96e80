import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import { optionDeclarations } from '../config-options.ts'

/** How a hub without accounts gets one, and a token: commands to copy, which find the same data from any directory. */
export function signInHint({
  command,
  origin,
  config: { data, database },
}: {
  /** What the command line is called by. */
  command: string
  origin: string
  config: Pick<Config, 'data' | 'database'>
}): string[] {
  const place = [
    ...(data === optionDeclarations.data.schema.parse(undefined) ? [] : ['--data', resolve(data)]),
    ...(database === undefined ? [] : ['--database', `sqlite:${resolve(database.slice('sqlite:'.length))}`]),
  ]
  const line = (...words: string[]) => [command, ...words, ...place.map(quoted)].join(' ')
  return [
    'there is no account yet; in a second terminal, make one, a token, and the first call:',
    `  echo 'a good password' | ${line('user', 'add', 'ada', '--email', 'ada@example.org', '--admin')}`,
    `  TOKEN=$(${line('token', 'create', '--user', 'ada', '--name', 'laptop')})`,
    `  curl -H "Authorization: Bearer $TOKEN" ${quoted(`${origin}/api/v1/me`)}`,
  ]
}

/** A word as a shell takes it whole. */
const quoted = (word: string) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
