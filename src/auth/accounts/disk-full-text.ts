import { DiskFull, diskFullText, isDiskFull } from '../../db/disk-space.ts'

/** Returns the text for clients when an error is due to a full disk, otherwise undefined. It differs for changes that end something. */
export const diskFullMessage = (error: unknown): string | undefined =>
  isDiskFull(error) ? (error instanceof DiskFull ? error.message : diskFullText) : undefined
