import { isSiteId } from '../../catalog/local-ids.ts'

/** A row of the catalog that a group may continue, with the evidence for it. */
export interface CandidateRow {
  id: number
  /**
   * From strongest to weakest. `member`: an entry of the group belongs to the row and has the same bytes; `bytes`: the row
   * has a file with these bytes; `returned`: the row had these bytes before they left the library; `path`: the row had
   * other bytes at the same path.
   */
  evidence: 'member' | 'bytes' | 'returned' | 'path'
}

/** Everything that decides the id of one group of entries. */
export interface GroupEvidence {
  /** The id that a sidecar names; absent if none does. */
  siteId?: number
  candidates: readonly CandidateRow[]
}

export interface IdAssignment {
  /** Undefined: the group gets a new local id. */
  id: number | undefined
  /** Ids of rows that are merged into this one. */
  mergedIds: number[]
}

/**
 * Returns the id of each group, and the rows to merge into it.
 *
 * Invariant: a row continues in at most one group, so no id is given twice. A group takes the id that a sidecar names,
 * otherwise the oldest row that has its bytes (site ids before local ids, then the lowest), otherwise the strongest other
 * evidence. If several groups have equal evidence for a row, one without a site id gets it, then the earlier in `groups`.
 * Rows in `unreadIds` have entries that are not read yet: they are never merged, and never continue by path only.
 * See "Which version a file is" in docs/library.md: history decides ids only.
 */
export function assignIds(groups: readonly GroupEvidence[], unreadIds: ReadonlySet<number>): IdAssignment[] {
  const owners = findOwners(groups)
  return groups.map((group) => {
    const owned = group.candidates.filter(({ id }) => owners.get(id) === group)
    const own = owned.filter(({ evidence }) => evidence === 'member' || evidence === 'bytes').map(({ id }) => id)
    const returned = owned.filter(({ evidence }) => evidence === 'returned').map(({ id }) => id)
    const otherwise = owned.filter(
      ({ evidence, id }) => evidence === 'returned' || (evidence === 'path' && !unreadIds.has(id)),
    )
    const id = group.siteId ?? oldest(own) ?? otherwise.toSorted(strongestFirst)[0]?.id
    return { id, mergedIds: [...new Set([...own, ...returned])].filter((each) => each !== id && !unreadIds.has(each)) }
  })
}

const strength = { member: 3, bytes: 2, returned: 1, path: 0 } as const satisfies Record<
  CandidateRow['evidence'],
  number
>

const strongestFirst = (one: CandidateRow, other: CandidateRow): number =>
  strength[other.evidence] - strength[one.evidence] || compareAges(one.id, other.id)

function findOwners(groups: readonly GroupEvidence[]): Map<number, GroupEvidence> {
  const owners = new Map<number, { group: GroupEvidence; rank: number }>()
  const offer = (id: number, group: GroupEvidence, rank: number) => {
    const known = owners.get(id)
    if (!known || rank > known.rank) owners.set(id, { group, rank })
  }
  for (const group of groups) {
    if (group.siteId !== undefined) offer(group.siteId, group, Number.POSITIVE_INFINITY)
    for (const { id, evidence } of group.candidates)
      offer(id, group, 2 * strength[evidence] + Number(group.siteId === undefined))
  }
  return new Map([...owners].map(([id, { group }]) => [id, group]))
}

const oldest = (ids: readonly number[]): number | undefined => ids.toSorted(compareAges)[0]

/** Sorts site ids before local ids, then by number: local ids are allocated in ascending order. */
const compareAges = (one: number, other: number): number =>
  Number(isSiteId(other)) - Number(isSiteId(one)) || one - other
