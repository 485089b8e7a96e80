import { glob, readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { type ImportTable, importTable } from './import-table.ts'

/** An import that the table does not allow. */
export interface ForbiddenImport {
  file: string
  specifier: string
  reason: string
}

/**
 * Returns the imports of `files` (paths from the repository root) that `table` does not allow: type-only, dynamic and
 * re-exporting ones, and modules named by `new URL` with a literal, included. A folder without a row is closed: it may
 * import nothing outside itself, and nothing may import it.
 */
export async function findForbiddenImports(
  files: readonly string[],
  table: ImportTable,
  read: (file: string) => Promise<string> = (file) => readFile(file, 'utf8'),
): Promise<ForbiddenImport[]> {
  const found = await Promise.all(
    files.map(async (file) =>
      importsOf(file, await read(file)).flatMap((specifier) => {
        const reason = specifier.startsWith('.')
          ? folderReason(file, posix.join(posix.dirname(file), specifier), table)
          : packageReason(file, specifier, table)
        return reason === undefined ? [] : [{ file, specifier, reason }]
      }),
    ),
  )
  return found.flat()
}

function folderReason(file: string, target: string, { folders, gateways }: ImportTable): string | undefined {
  const from = folderOf(file)
  const to = folderOf(target)
  if (from === to || isTest(file)) return undefined
  if (from.startsWith('web/') && to.startsWith('src'))
    return gateways.includes(file) ? undefined : `only ${gateways.join(', ')} may import from src`
  if (!from.startsWith('src') || !to.startsWith('src')) return undefined
  const allowed = folders[from]
  if (!allowed) return `${from} has no row in the import table`
  return allowed.includes(to) ? undefined : `${from} may import from: ${allowed.join(', ') || 'no other folder'}`
}

function packageReason(file: string, specifier: string, { packages }: ImportTable): string | undefined {
  if (!file.startsWith('src/') || isTest(file)) return undefined
  const rule = Object.entries(packages).find(([name]) => specifier === name || specifier.startsWith(`${name}/`))
  if (!rule) return undefined
  const [name, places] = rule
  return places.some((place) => file === place || file.startsWith(`${place}/`))
    ? undefined
    : `only ${places.join(', ')} may import ${name}`
}

/** Returns the specifiers of all imports and re-exports of a module, and of the modules it names by `new URL`. */
function importsOf(file: string, source: string): string[] {
  const { module, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    // Only literals: what a variable names is not known here.
    ...module.dynamicImports.flatMap(
      ({ moduleRequest: { start, end } }) => /^['"`]([^$]*)['"`]$/.exec(source.slice(start, end))?.[1] ?? [],
    ),
    ...[...source.matchAll(/new URL\(\s*['"`]([^'"`$]+\.ts)/g)].map(([, specifier = '']) => specifier),
  ]
}

/** `src/auth` for a file of src/auth, `src` for a file directly in src, `web/src` for the web app. */
function folderOf(path: string): string {
  const [top = '', second = '', ...rest] = path.split('/')
  return top === 'src' && rest.length === 0 ? 'src' : top === 'src' || top === 'web' ? `${top}/${second}` : top
}

const isTest = (file: string) => file.endsWith('.test.ts')

if (import.meta.main) {
  const files = await Array.fromAsync(glob(['src/**/*.ts', 'web/src/**/*.{ts,tsx}'], { exclude: ['**/schema.d.ts'] }))
  const forbidden = await findForbiddenImports(files, importTable)
  for (const { file, specifier, reason } of forbidden) console.error(`${file}: imports ${specifier}: ${reason}`)
  process.exitCode = forbidden.length > 0 ? 1 : 0
}
