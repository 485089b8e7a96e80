/** Browsing levels are bits, as the API has them. */
export const everyLevel = 31
const pg = 1

const names = [
  [16, 'XXX'],
  [8, 'X'],
  [4, 'R'],
  [2, 'PG-13'],
] as const

/** Whether a picture is above PG. What has no level yet is taken to be PG, as the hub takes it. */
export const isMature = (level: number): boolean => (level & ~pg) !== 0

/** The name of the highest level in `level`. */
export const levelName = (level: number): string => names.find(([bit]) => (level & bit) !== 0)?.[1] ?? 'PG'
