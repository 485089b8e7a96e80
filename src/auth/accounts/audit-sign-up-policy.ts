import { hubItself } from '../../audit/actor-context.ts'
import type { AuditDetails } from '../../audit/kinds.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { SignUpPolicy } from './sign-up-policy.ts'

/** Records who may sign up where that is not what the log tells of last: it is an option of the hub, which starts with it. */
export async function auditSignUpPolicy({ write }: Database, policy: SignUpPolicy, at = Date.now()): Promise<void> {
  await write(async (transaction) => {
    // Index `audit_event_kind`.
    const last = await transaction
      .selectFrom('audit_event')
      .select('details')
      .where('kind', '=', 'sign-up-changed')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    const from = last ? (JSON.parse(last.details) as AuditDetails['sign-up-changed']).to : null
    if (from === policy) return
    const details = { from, to: policy }
    await recordAudit(transaction, { kind: 'sign-up-changed', at, accountId: null, by: hubItself, details })
  })
}
