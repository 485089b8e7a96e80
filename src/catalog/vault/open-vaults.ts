import { sql, type Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import { currentId } from '../id-alias.ts'
import { addVersionToVault } from './keep-version.ts'
import { type ListItems, openItemLists } from './list-items.ts'
import { itemsWithCovers, type VaultItem, vaultItem } from './vault-item.ts'

/** The vaults of all accounts. Every account has one, empty at first. */
export interface Vaults {
  /** How much is in a vault (kibibytes), and when that last changed (Unix ms); undefined when the account is gone. */
  measure(accountId: number): Promise<{ usedStorageKb: number; updatedAt: number } | undefined>
  list: ListItems
  /** What is kept of these versions, by the id that was given: one that was replaced stands for its successor. */
  keptOf(asked: { accountId: number; versionIds: readonly number[] }): Promise<Map<number, VaultItem>>
  /** Puts a version in, or takes it out when it is in: then it need not exist any more. */
  toggle(asked: { accountId: number; versionId: number }): Promise<Toggled>
}

export type Toggled = { kind: 'added'; itemId: number } | { kind: 'removed' } | { kind: 'unknownVersion' }

/** `now` gives Unix milliseconds. */
export function openVaults({ database, now }: { database: Database; now: () => number }): Vaults {
  // The sum goes through the items of one account.
  const measure = database.search((query, values: BindPlaceholder<{ accountId: number }>) =>
    query
      .selectFrom('account')
      .leftJoin('vault', 'vault.account_id', 'account.id')
      .where('account.id', '=', values('accountId'))
      .select(['account.created_at', 'vault.updated_at'])
      .select((account) =>
        account
          .selectFrom('vault_item')
          .whereRef('vault_item.account_id', '=', 'account.id')
          .select(sql<number | null>`sum(model_size_kb + details_size_kb + images_size_kb)`.as('used'))
          .as('used'),
      ),
  )
  // Served by the index `vault_item_version`.
  const keptOf = database.search((query, values: BindPlaceholder<{ accountId: number; versionIds: string }>) =>
    itemsWithCovers(query)
      .where('vault_item.account_id', '=', values('accountId'))
      .where((item) => database.engine.inList(item.ref('vault_item.version_id'), values('versionIds'))),
  )
  // Served by the primary key of `id_alias`.
  const replaced = database.search((query, values: BindPlaceholder<{ versionIds: string }>) =>
    query
      .selectFrom('id_alias')
      .select(['old_id', 'new_id'])
      .where('kind', '=', 'model_version')
      .where((alias) => database.engine.inList(alias.ref('old_id'), values('versionIds'))),
  )

  return {
    async measure(accountId) {
      const row = await measure.first({ accountId })
      return row && { usedStorageKb: Number(row.used ?? 0), updatedAt: row.updated_at ?? Date.parse(row.created_at) }
    },
    list: openItemLists(database),
    async keptOf({ accountId, versionIds }) {
      const aliases = await replaced.all({ versionIds: JSON.stringify(versionIds) })
      const newIds = new Map(aliases.map(({ old_id, new_id }) => [old_id, new_id]))
      const current = versionIds.map((id) => newIds.get(id) ?? id)
      const rows = await keptOf.all({ accountId, versionIds: JSON.stringify(current) })
      const items = new Map(rows.map(vaultItem).map((item) => [item.versionId, item]))
      return new Map(
        versionIds.flatMap((id) => {
          const item = items.get(newIds.get(id) ?? id)
          return item ? [[id, item]] : []
        }),
      )
    },
    toggle: ({ accountId, versionId: asked }) =>
      database.write(async (transaction): Promise<Toggled> => {
        const at = now()
        const versionId = await currentVersion(transaction, asked)
        const removed = await removeItem(transaction, { accountId, versionId })
        const itemId = removed ? undefined : await addVersionToVault(transaction, { accountId, versionId, at })
        if (!removed && itemId === undefined) return { kind: 'unknownVersion' }
        await touchVault(transaction, accountId, at)
        return itemId === undefined ? { kind: 'removed' } : { kind: 'added', itemId }
      }),
  }
}

async function currentVersion(transaction: Transaction<Schema>, versionId: number): Promise<number> {
  const { id } = await transaction
    .selectNoFrom(currentId('model_version', sql`${versionId}`).as('id'))
    .executeTakeFirstOrThrow()
  return id
}

async function removeItem(transaction: Transaction<Schema>, item: { accountId: number; versionId: number }) {
  const { numDeletedRows } = await transaction
    .deleteFrom('vault_item')
    .where('account_id', '=', item.accountId)
    .where('version_id', '=', item.versionId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

const touchVault = (transaction: Transaction<Schema>, accountId: number, at: number) =>
  transaction
    .insertInto('vault')
    .values({ account_id: accountId, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ updated_at: at }))
    .execute()
