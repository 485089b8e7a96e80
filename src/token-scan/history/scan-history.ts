import { join } from 'node:path'
import { containerKind, headBytes } from '../archives/container-kind.ts'
import { scanContent, type TokenScanTools } from '../scan-content.ts'
import { reasonOf, type TokenFinding } from '../scan-listener.ts'
import { openTokenFinder } from '../token-finder.ts'
import type { Repository } from './find-repository.ts'
import { type Git, openGit } from './git.ts'
import { type ObjectLocation, openLocationParser } from './read-locations.ts'
import { type ObjectHeader, openObjectParser } from './read-objects.ts'

/** Maximum size, in bytes, of archives in a history that are unpacked. Larger ones are searched without unpacking. */
const maxArchiveBytes = 1 << 25

/** A finding in an object whose path is not known yet. The path of the finding is the part after the object's path. */
interface ObjectFinding {
  object: ObjectHeader
  finding: TokenFinding
}

/**
 * Searches every object of a repository: all branches, tags, stashes and notes, the index, and unreachable objects.
 * @throws GitNotFoundError
 */
export async function scanHistory(
  tools: TokenScanTools,
  repository: Repository,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const git = openGit(repository.gitDirectory, environment)
  const findings = await searchObjects(tools, repository, git)
  if (findings.length === 0) return
  const blobs = new Set(findings.flatMap(({ object: { id, type } }) => (type === 'blob' ? [id] : [])))
  const locations = blobs.size === 0 ? new Map<string, ObjectLocation>() : await findLocations(git, blobs)
  for (const finding of locateFindings(findings, repository, locations)) tools.listener.onFinding(finding)
}

async function searchObjects(tools: TokenScanTools, repository: Repository, git: Git): Promise<ObjectFinding[]> {
  const findings: ObjectFinding[] = []
  const archives: { object: ObjectHeader; content: Buffer }[] = []
  // Archives are unpacked between chunks, when `tools.finder` can be in the middle of another object.
  const archiveFinder = openTokenFinder()
  let object: ObjectHeader
  /** The bytes of the object, if it is small enough to be unpacked as an archive. */
  let archiveBytes: Buffer[] | undefined
  const takePieces = openObjectParser({
    onBegin(header) {
      object = header
      archiveBytes = header.type === 'blob' && header.sizeBytes <= maxArchiveBytes ? [] : undefined
      tools.finder.begin({
        onHit: (hit) => findings.push({ object: header, finding: { path: '', part: 'content', ...hit } }),
      })
    },
    onBytes(part) {
      if (archiveBytes) archiveBytes.push(part)
      else tools.finder.push(part)
    },
    onEnd() {
      const content = archiveBytes && (archiveBytes.length === 1 ? archiveBytes[0] : Buffer.concat(archiveBytes))
      if (content && containerKind(content.subarray(0, headBytes))) archives.push({ object, content })
      else if (content) tools.finder.push(content)
      tools.finder.end()
    },
  })
  const { stdout, ended } = git(['cat-file', '--batch-all-objects', '--batch', '--unordered', '--buffer'])
  ended.catch(() => undefined)
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    tools.listener.onRead(repository.path, chunk.length)
    takePieces(chunk)
    for (const { object, content } of archives.splice(0)) {
      const onProblem = (path: string, reason: string) =>
        tools.listener.onProblem(`${repository.path}@${object.id}${path}`, reason)
      const onFinding = (finding: TokenFinding) => void findings.push({ object, finding })
      const chunks = (async function* () {
        yield content
      })()
      await scanContent(
        { ...tools, finder: archiveFinder, listener: { ...tools.listener, onFinding, onProblem } },
        { path: '', chunks },
        content.length,
      )
    }
  }
  try {
    await ended
  } catch (error) {
    // Findings from before the damage are still reported.
    if (findings.length === 0) throw error
    tools.listener.onProblem(repository.path, reasonOf(error))
  }
  return findings
}

/** Returns the oldest commit and path of each of these blobs, over all commits that any reference or reflog reaches. */
async function findLocations(git: Git, blobs: ReadonlySet<string>): Promise<ReadonlyMap<string, ObjectLocation>> {
  const commits = git(['rev-list', '--topo-order', '--all', '--reflog'])
  const changes = git([
    'diff-tree',
    '--stdin',
    '--raw',
    '-z',
    '-r',
    '-m',
    '--root',
    '--always',
    '--no-renames',
    '--no-abbrev',
  ])
  commits.stdout.pipe(changes.stdin)
  const reader = openLocationParser(blobs)
  const ends = Promise.allSettled([commits.ended, changes.ended])
  for await (const text of changes.stdout.setEncoding('utf8')) reader.read(text)
  // In an incomplete history, findings without a location are reported by their object id.
  await ends
  return reader.locations
}

/**
 * Returns findings with their locations. A token in many versions of a file, or a name in many trees, is reported once, with
 * the oldest commit.
 */
function locateFindings(
  findings: readonly ObjectFinding[],
  { path: top }: Repository,
  locations: ReadonlyMap<string, ObjectLocation>,
): TokenFinding[] {
  const oldest = new Map<string, { finding: TokenFinding; age: number }>()
  for (const { object, finding } of findings) {
    const at = locations.get(object.id)
    const located = at
      ? { ...finding, path: join(top, at.path) + finding.path, commit: at.commit }
      : withoutLocation(object, finding, top)
    const key = [located.identity, located.path, at || located.part === 'name' ? '' : object.id].join('\0')
    const age = at?.age ?? 0
    const known = oldest.get(key)
    if (!known || age > known.age) oldest.set(key, { finding: located, age })
  }
  return [...oldest.values()].map(({ finding }) => finding)
}

function withoutLocation({ id, type }: ObjectHeader, finding: TokenFinding, top: string): TokenFinding {
  const path = top + finding.path
  if (type === 'commit') return { ...finding, path, part: 'commit message', commit: id }
  if (type === 'tag') return { ...finding, path, part: 'tag', object: id }
  const { line, column, ...rest } = finding
  if (type === 'tree') return { ...rest, path, part: 'name', object: id }
  return { ...finding, path, object: id }
}
