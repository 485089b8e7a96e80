import type { AuditKind } from '../audit/event-words'
import { readKind } from '../audit/kind-groups'

/** What the address of the audit log says is shown. */
export interface AuditSearch {
  /** A username. */
  account?: string | undefined
  kind?: AuditKind | undefined
}

export const readAuditSearch = ({ account, kind }: Record<string, unknown>): AuditSearch => ({
  // The router has read numbers already, which may be usernames.
  account: account === undefined || account === '' ? undefined : String(account),
  kind: readKind(kind),
})
