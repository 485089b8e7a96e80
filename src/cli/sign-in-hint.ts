import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { optionDeclarations } from '../config/options.ts'

/** How a hub without accounts gets one, and a token: commands to copy, which find the same data from any directory. */
export function signInHint({
  command,
  origin,
  config,
  setupCode,
}: {
  /** What the command line is called by. */
  command: string
  origin: string
  config: Pick<Config, 'data' | 'database' | 'publicUrl'>
  setupCode: string
}): string[] {
  const { data, database } = config
  const place = [
    ...(data === optionDeclarations.data.schema.parse(undefined) ? [] : ['--data', resolve(data)]),
    ...(database === undefined ? [] : ['--database', `sqlite:${resolve(database.slice('sqlite:'.length))}`]),
  ]
  const line = (...words: string[]) => [command, ...words, ...place.map(quoted)].join(' ')
  return [
    `there is no account yet; make the first one in a browser: ${setupUrl({ code: setupCode, origin, config })}`,
    'or in a second terminal, with a token and the first call:',
    `  echo 'a good password' | ${line('user', 'add', 'ada', '--email', 'ada@example.org', '--admin')}`,
    `  TOKEN=$(${line('token', 'create', '--user', 'ada', '--name', 'laptop')})`,
    `  curl -H "Authorization: Bearer $TOKEN" ${quoted(`${origin}/api/v1/me`)}`,
  ]
}

/** Where the first account is made. The code is behind the `#`, so that no server and no log sees it on the way. */
export const setupUrl = ({
  code,
  origin,
  config: { publicUrl },
}: {
  code: string
  origin: string
  config: Pick<Config, 'publicUrl'>
}): string => `${publicUrl ?? origin}/setup#${code}`

/** A word as a shell takes it whole. */
const quoted = (word: string) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
