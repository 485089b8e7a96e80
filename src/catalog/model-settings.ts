import { commandLine } from '../audit/actor-context.ts'
import { recordAudit } from '../audit/record.ts'
import type { Database } from '../db/database.ts'
import { modelTag } from './cache-tags.ts'

/** What the owner decides about a model; undefined leaves it as it is. A new scan never changes it. */
export interface ModelSettings {
  /** Whether downloads need a sign-in; null: as the hub does by default. */
  loginOnly?: boolean | null
  downloads?: boolean
}

/** For whoever runs commands. False when there is no such model. */
export async function changeModelSettings(
  database: Database,
  modelId: number,
  { loginOnly, downloads }: ModelSettings,
): Promise<boolean> {
  const changes = {
    ...(loginOnly !== undefined && { login_only: loginOnly === null ? null : Number(loginOnly) }),
    ...(downloads !== undefined && { downloads_disabled: Number(!downloads) }),
  }
  const now = Date.now()
  return database.write(
    async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('model')
        .set({ ...changes, updated_at: now, edited_at: now })
        .where('id', '=', modelId)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      const details = {
        modelId,
        ...(loginOnly !== undefined && { loginOnly }),
        ...(downloads !== undefined && { downloads }),
      }
      const what = { at: now, accountId: null, by: commandLine, details }
      await recordAudit(transaction, { kind: 'model-access-changed', ...what })
      return true
    },
    { changes: [modelTag(modelId)] },
  )
}
