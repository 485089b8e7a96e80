import { isSiteId } from '../../catalog/local-ids.ts'

/** Evidence that a group continues a row of the catalog. */
export interface CandidateRow {
  id: number
  /**
   * `member`: an entry of the group belonged to the row with the same bytes; `bytes`: the row has these bytes; `returned`:
   * the row had them before they left the library; `path`: the row had other bytes at the same path.
   */
  evidence: 'member' | 'bytes' | 'returned' | 'path'
}

/** A group that needs an id. */
export interface GroupEvidence {
  /** The id that a sidecar names. */
  siteId?: number
  candidates: readonly CandidateRow[]
}

export interface IdAssignment {
  /** Undefined: the group gets a new local id. */
  id: number | undefined
  /** Ids of rows that become one with this one. */
  mergedIds: number[]
}

/**
 * Gives each group the id of a row that it continues. The id that a sidecar names comes first, then the oldest of the
 * rows that have its bytes: an id of the site before local ones, then the lowest. Each row continues in one group only.
 * `groups` are ordered: at equal evidence the earlier group gets a row, groups without an id of the site first. Rows that
 * are `held` by entries whose content is not known yet become one with no other, and are given to no other path.
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

/** Sorts an id of the site before local ones, then by number: local ids are counted up. */
const compareAges = (one: number, other: number): number =>
  Number(isSiteId(other)) - Number(isSiteId(one)) || one - other
