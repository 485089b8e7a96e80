import { isSiteId } from '../../catalog/local-ids.ts'

/** Evidence that a group continues a row of the catalog. */
export interface Candidate {
  id: number
  /**
   * `member`: an entry of the group belonged to the row with the same bytes; `bytes`: the row has these bytes; `returned`:
   * the row had them before they left the library; `path`: the row had other bytes at the same path.
   */
  by: 'member' | 'bytes' | 'returned' | 'path'
}

/** A group that needs an id. */
export interface Claimant {
  /** The id that a sidecar names. */
  siteId?: number
  candidates: readonly Candidate[]
}

export interface Assignment {
  /** Undefined: the group gets a new local id. */
  id: number | undefined
  /** Ids of rows that become one with this one. */
  replaced: number[]
}

/**
 * Gives each group the id of a row that it continues. The id that a sidecar names comes first, then the oldest of the
 * rows that have its bytes: an id of the site before local ones, then the lowest. Each row continues in one group only.
 * `groups` are ordered: at equal evidence the earlier group gets a row, groups without an id of the site first. Rows that
 * are `held` by entries whose content is not known yet become one with no other, and are given to no other path.
 */
export function assignIds(groups: readonly Claimant[], held: ReadonlySet<number>): Assignment[] {
  const owners = ownersOf(groups)
  return groups.map((group) => {
    const owned = group.candidates.filter(({ id }) => owners.get(id) === group)
    const own = owned.filter(({ by }) => by === 'member' || by === 'bytes').map(({ id }) => id)
    const returned = owned.filter(({ by }) => by === 'returned').map(({ id }) => id)
    const otherwise = owned.filter(({ by, id }) => by === 'returned' || (by === 'path' && !held.has(id)))
    const id = group.siteId ?? oldest(own) ?? otherwise.toSorted(strongestFirst)[0]?.id
    return { id, replaced: [...new Set([...own, ...returned])].filter((each) => each !== id && !held.has(each)) }
  })
}

const strength = { member: 3, bytes: 2, returned: 1, path: 0 } as const satisfies Record<Candidate['by'], number>

const strongestFirst = (one: Candidate, other: Candidate): number =>
  strength[other.by] - strength[one.by] || compareAges(one.id, other.id)

function ownersOf(groups: readonly Claimant[]): Map<number, Claimant> {
  const owners = new Map<number, { group: Claimant; rank: number }>()
  const offer = (id: number, group: Claimant, rank: number) => {
    const known = owners.get(id)
    if (!known || rank > known.rank) owners.set(id, { group, rank })
  }
  for (const group of groups) {
    if (group.siteId !== undefined) offer(group.siteId, group, Number.POSITIVE_INFINITY)
    for (const { id, by } of group.candidates) offer(id, group, 2 * strength[by] + Number(group.siteId === undefined))
  }
  return new Map([...owners].map(([id, { group }]) => [id, group]))
}

const oldest = (ids: readonly number[]): number | undefined => ids.toSorted(compareAges)[0]

/** Sorts an id of the site before local ones, then by number: local ids are counted up. */
const compareAges = (one: number, other: number): number =>
  Number(isSiteId(other)) - Number(isSiteId(one)) || one - other
