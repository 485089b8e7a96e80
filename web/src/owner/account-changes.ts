/** Something that an owner can change about an account, with what to tell before and after. */
export interface AccountChange {
  kind: 'mute' | 'unmute' | 'ban' | 'unban' | 'make owner' | 'make user'
  label: string
  /** What follows from it. */
  consequence: string
  /** Whether it takes something from a person. */
  isSevere: boolean
  sets: { status: 'active' | 'muted' | 'banned' } | { role: 'owner' | 'user' }
  done(username: string): string
}

const changes: Record<AccountChange['kind'], Omit<AccountChange, 'kind'>> = {
  mute: {
    label: 'Mute',
    consequence: 'The account can look and download, but publish nothing, until it is unmuted.',
    isSevere: true,
    sets: { status: 'muted' },
    done: (username) => `${username} is muted.`,
  },
  unmute: {
    label: 'Unmute',
    consequence: 'The account can publish again.',
    isSevere: false,
    sets: { status: 'active' },
    done: (username) => `${username} is no longer muted.`,
  },
  ban: {
    label: 'Ban',
    consequence: 'Its sessions and API keys stop working at once, and it cannot sign in. What it has published stays.',
    isSevere: true,
    sets: { status: 'banned' },
    done: (username) => `${username} is banned.`,
  },
  unban: {
    label: 'Lift the ban',
    consequence: 'The account can sign in again, and its API keys work again.',
    isSevere: false,
    sets: { status: 'active' },
    done: (username) => `${username} is no longer banned.`,
  },
  'make owner': {
    label: 'Make an owner',
    consequence: 'An owner can do everything that you can, also change or ban your own account.',
    isSevere: true,
    sets: { role: 'owner' },
    done: (username) => `${username} is an owner now.`,
  },
  'make user': {
    label: 'Make a user again',
    consequence: 'The account keeps what is its own, and no longer sees the pages of owners.',
    isSevere: true,
    sets: { role: 'user' },
    done: (username) => `${username} is no longer an owner.`,
  },
}

/** What can be changed about an account as it is: nobody bans or mutes themselves, or puts down their own crown. */
export function accountChanges(
  { status, role }: { status: 'active' | 'muted' | 'banned'; role: 'owner' | 'user' },
  isViewer: boolean,
): AccountChange[] {
  if (isViewer) return []
  const kinds: AccountChange['kind'][] =
    status === 'banned'
      ? ['unban']
      : [role === 'owner' ? 'make user' : 'make owner', status === 'muted' ? 'unmute' : 'mute', 'ban']
  return kinds.map((kind) => ({ kind, ...changes[kind] }))
}
