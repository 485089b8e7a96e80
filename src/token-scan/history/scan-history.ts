import { join } from 'node:path'
import { containerKind, headBytes } from '../archives/container-kind.ts'
import { scanContent, type TokenScanTools } from '../scan-content.ts'
import { reasonOf, type TokenFinding } from '../scan-listener.ts'
import { openTokenFinder } from '../token-finder.ts'
import type { Repository } from './find-repository.ts'
import { type Git, openGit } from './git.ts'
import { type ObjectLocation, openLocationParser } from './read-locations.ts'
import { type ObjectHeader, openObjectParser } from './read-objects.ts'

/** Larger archives in a history are searched as they are, and not unpacked. */
const maxArchiveBytes = 1 << 25

/** A finding in an object, before it is known where the object lies; its path is what stands behind the object's. */
interface ObjectFinding {
  object: ObjectHeader
  finding: TokenFinding
}

/**
 * Searches every object of a repository: all branches, tags, stashes and notes, what lies in the index, and what nothing
 * refers to any more.
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
  const places = blobs.size === 0 ? new Map<string, ObjectLocation>() : await findLocations(git, blobs)
  for (const finding of locateFindings(findings, repository, places)) tools.listener.onFinding(finding)
}

async function searchObjects(tools: TokenScanTools, repository: Repository, git: Git): Promise<ObjectFinding[]> {
  const findings: ObjectFinding[] = []
  const archives: { object: ObjectHeader; content: Buffer }[] = []
  // Archives are unpacked between pieces, when an object of another finder may be half read.
  const archiveFinder = openTokenFinder()
  let object: ObjectHeader
  /** The object, when it is small enough to be an archive that is unpacked. */
  let kept: Buffer[] | undefined
  const takePieces = openObjectParser({
    onBegin(header) {
      object = header
      kept = header.type === 'blob' && header.sizeBytes <= maxArchiveBytes ? [] : undefined
      tools.finder.begin({
        onHit: (hit) => findings.push({ object: header, finding: { path: '', part: 'content', ...hit } }),
      })
    },
    onBytes(part) {
      if (kept) kept.push(part)
      else tools.finder.push(part)
    },
    onEnd() {
      const content = kept && (kept.length === 1 ? kept[0] : Buffer.concat(kept))
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
    // What was read before the damage counts.
    if (findings.length === 0) throw error
    tools.listener.onProblem(repository.path, reasonOf(error))
  }
  return findings
}

/** The oldest commit, and the path in it, of each of these blobs that any commit of any reference or reflog has. */
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
  // Where a history is incomplete, what could not be placed is told by its object.
  await ends
  return reader.locations
}

/**
 * Findings with their places. A file that kept a token through many versions is told once, with the oldest commit; so is
 * a name that stands in many trees.
 */
function locateFindings(
  findings: readonly ObjectFinding[],
  { path: top }: Repository,
  places: ReadonlyMap<string, ObjectLocation>,
): TokenFinding[] {
  const oldest = new Map<string, { finding: TokenFinding; age: number }>()
  for (const { object, finding } of findings) {
    const at = places.get(object.id)
    const made = at
      ? { ...finding, path: join(top, at.path) + finding.path, commit: at.commit }
      : withoutLocation(object, finding, top)
    const key = [made.identity, made.path, at || made.part === 'name' ? '' : object.id].join('\0')
    const age = at?.age ?? 0
    const known = oldest.get(key)
    if (!known || age > known.age) oldest.set(key, { finding: made, age })
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
