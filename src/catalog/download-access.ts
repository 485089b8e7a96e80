/** What decides who may download a version: its own marks and its model's. Times are Unix milliseconds. */
export interface DownloadMarks {
  model_status: string
  version_status: string
  mode: string | null
  model_availability: string
  version_availability: string
  usage_control: string
  downloads_disabled: number
  login_only: number | null
  early_access_ends_at: number | null
  creator_id: number | null
}

/** An account as far as downloads care. */
export interface DownloadingAccount {
  id: number
  role: 'owner' | 'user'
}

export type DownloadDenial =
  /** There is no such version, or this caller is not to know of it. */
  | { kind: 'unknown' }
  | { kind: 'archived' }
  /** Its creator offers no downloads. */
  | { kind: 'disabled' }
  | { kind: 'loginNeeded' }
  | { kind: 'earlyAccess'; endsAt: number }
  | { kind: 'noAccess' }

/**
 * Why `account` (undefined: anonymous) may not download; undefined when it may. The order is that of contract §5. The
 * model's creator and the hub's owner are stopped by nothing but the archive.
 */
export function downloadDenial(
  marks: DownloadMarks,
  account: DownloadingAccount | undefined,
  { loginOnly, now }: { loginOnly: boolean; now: number },
): DownloadDenial | undefined {
  const manages = account !== undefined && (account.role === 'owner' || account.id === marks.creator_id)
  const isPublished = marks.model_status === 'Published' && marks.version_status === 'Published'
  if (!manages && (!isPublished || marks.mode === 'TakenDown')) return { kind: 'unknown' }
  if (marks.mode === 'Archived') return { kind: 'archived' }
  if (manages) return undefined
  if (marks.usage_control !== 'Download' || marks.downloads_disabled === 1) return { kind: 'disabled' }

  const isPrivate = marks.model_availability === 'Private' || marks.version_availability === 'Private'
  const needsLogin = marks.login_only === null ? loginOnly : marks.login_only === 1
  if (!account && (needsLogin || isPrivate)) return { kind: 'loginNeeded' }
  if (marks.early_access_ends_at !== null && marks.early_access_ends_at > now)
    return { kind: 'earlyAccess', endsAt: marks.early_access_ends_at }
  return isPrivate ? { kind: 'noAccess' } : undefined
}
