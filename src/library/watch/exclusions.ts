/** Decides which files and folders of a library folder are left out. Names of the library folder itself do not count. */
export interface Exclusions {
  /** The patterns, as an owner sees them. */
  patterns: ExclusionPatterns
  /** Whether a path is left out; it is relative to the library folder, and its parents are not excluded. */
  excludes(path: string, kind: 'file' | 'directory'): boolean
  /** Whether a directory, or one of its parents, is left out. */
  excludesWithin(directory: string): boolean
}

export interface ExclusionPatterns {
  builtIn: readonly string[]
  custom: readonly string[]
}

/**
 * Always excluded: hidden files, recycle bins, snapshots and index data of Synology, QNAP, NetApp, Windows, macOS and
 * Linux. What lies there was deleted, or is a copy.
 */
export const builtInPatterns: readonly string[] = [
  '.*',
  '__MACOSX/',
  '#recycle/',
  '@Recycle/',
  '$RECYCLE.BIN/',
  '#snapshot/',
  '@Snapshot/',
  '@Recently-Snapshot/',
  '~snapshot/',
  '@sharesnap/',
  '@eaDir/',
  'lost+found/',
  'System Volume Information/',
]

/**
 * Compiles patterns in the form of `.gitignore`, without regard to letter case. A pattern without a slash matches a name
 * at any depth; one with a slash matches a path below the library folder; one that ends in a slash matches folders only.
 * `*`, `?`, `[abc]` and `**` are wildcards, `\` makes the next character literal, and `!` includes again. The last pattern
 * that matches decides, and the built-in ones come first.
 * @throws SyntaxError when a pattern is malformed; the message names it
 */
export function compileExclusions(custom: readonly string[] = []): Exclusions {
  const rules = [...builtInPatterns, ...custom].map(compilePattern)
  const excludes: Exclusions['excludes'] = (path, kind) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const rule = rules.findLast(
      ({ isAnchored, directoriesOnly, expression }) =>
        (kind === 'directory' || !directoriesOnly) && expression.test(isAnchored ? path : name),
    )
    return rule !== undefined && !rule.includesAgain
  }
  return {
    patterns: { builtIn: builtInPatterns, custom },
    excludes,
    excludesWithin(directory) {
      const parts = directory === '' ? [] : directory.split('/')
      return parts.some((_, index) => excludes(parts.slice(0, index + 1).join('/'), 'directory'))
    },
  }
}

interface Rule {
  expression: RegExp
  isAnchored: boolean
  directoriesOnly: boolean
  includesAgain: boolean
}

/** In characters. */
const maxPatternLength = 1000

function compilePattern(pattern: string): Rule {
  const [, negation = '', body = '', slash = ''] = /^(!?)(.*?)(\/*)$/s.exec(pattern) ?? []
  const isAnchored = body.includes('/')
  const path = body.replace(/^\/+/, '')
  try {
    if (path === '' || pattern.length > maxPatternLength) throw new SyntaxError('it has no name, or is too long')
    const source = path.split(/\/+/).map(compileSegment)
    return {
      expression: new RegExp(`^${joinSegments(source)}$`, 'isu'),
      isAnchored,
      directoriesOnly: slash !== '',
      includesAgain: negation !== '',
    }
  } catch {
    throw new SyntaxError(`"${pattern}" is not a pattern such as venv, *.bak or loras/old`)
  }
}

const anyPath = '**'

function joinSegments(segments: readonly string[]): string {
  return segments
    .map((segment, index) => {
      const isLast = index === segments.length - 1
      if (segment === anyPath) return isLast ? '.+' : '(?:.*/)?'
      return isLast ? segment : `${segment}/`
    })
    .join('')
}

/** One name of a pattern as the source of a regular expression; `**` stays as it is. */
function compileSegment(segment: string): string {
  if (segment === anyPath) return segment
  const parts = segment.matchAll(/\\(.)|\[([!^]?)(\]?[^\]]*)\]|(\*+)|(\?)|(.)/gsu)
  return [...parts]
    .map(([, escaped, negation, characters, stars, mark, other]) => {
      if (stars !== undefined) return '[^/]*'
      if (mark !== undefined) return '[^/]'
      if (characters !== undefined)
        return `[${negation ? '^/' : ''}${characters.replace(/[\\\]^[]/g, (character) => `\\${character}`)}]`
      return (escaped ?? other ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    })
    .join('')
}
