/*
 * How many versions each model has, how many files and images each version. The pattern repeats, so that the place of
 * every version, file and image follows from its number alone: any part of a catalog can be made without the rest, and
 * the averages are exact (2.5 versions a model, 2 files and 4 images a version).
 */

const versionsOfModels = [1, 2, 1, 3, 1, 2, 8, 1, 2, 1, 4, 1, 3, 2, 1, 7, 3, 1, 2, 4]
const filesOfVersions = [1, 2, 1, 3, 1, 5, 1, 2, 0, 1, 3, 1, 4, 1, 2, 1, 5, 1, 3, 2]
const imagesOfVersions = [4, 3, 5, 2, 4, 7, 0, 4, 8, 3]

/** `count` children of a parent, the first of which has the number `first`; all count from 0. */
export interface Children {
  first: number
  count: number
}

export const versionsOf = (model: number): Children => childrenOf(model, versionsOfModels)
export const filesOf = (version: number): Children => childrenOf(version, filesOfVersions)
export const imagesOf = (version: number): Children => childrenOf(version, imagesOfVersions)

/** The version that a file belongs to. */
export function versionOfFile(file: number): number {
  const total = sum(filesOfVersions)
  const block = Math.floor(file / total)
  let left = file % total
  const place = filesOfVersions.findIndex((count) => {
    left -= count
    return left < 0
  })
  return block * filesOfVersions.length + place
}

/** How many versions, files and images so many models have. */
export function totalsOf(models: number): { versions: number; files: number; images: number } {
  const versions = versionsOf(models).first
  return { versions, files: filesOf(versions).first, images: imagesOf(versions).first }
}

function childrenOf(parent: number, pattern: readonly number[]): Children {
  const place = parent % pattern.length
  const block = Math.floor(parent / pattern.length)
  return { first: block * sum(pattern) + sum(pattern.slice(0, place)), count: pattern[place] as number }
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
