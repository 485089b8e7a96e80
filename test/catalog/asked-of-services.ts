import { openAuditLog } from '../../src/audit/audit-log.ts'
import { openAccountServices } from '../../src/auth/accounts/account-services.ts'
import { openAccounts } from '../../src/auth/accounts/accounts.ts'
import { openAnonymousUsage } from '../../src/auth/tokens/anonymous-usage.ts'
import { openTokens } from '../../src/auth/tokens/tokens.ts'
import { openFileLocations } from '../../src/blobs/file-locations.ts'
import { openCollections } from '../../src/catalog/collections.ts'
import { openCreators } from '../../src/catalog/creators.ts'
import { writeCursor } from '../../src/catalog/cursor.ts'
import { openDownloads } from '../../src/catalog/downloads.ts'
import { imageSorts, modelSorts } from '../../src/catalog/enums.ts'
import type { ImageFilter } from '../../src/catalog/images/filter.ts'
import { openImages } from '../../src/catalog/images/list-images.ts'
import type { ModelFilter } from '../../src/catalog/models/list/filter.ts'
import { asRecords } from '../../src/catalog/models/list/hydrate.fixture.ts'
import { keyCountOf, type ModelSortOrder } from '../../src/catalog/models/list/sort.ts'
import { openModels } from '../../src/catalog/models/open-models.ts'
import { openPreferences } from '../../src/catalog/preferences.ts'
import { openTags } from '../../src/catalog/tags.ts'
import { openUsedBaseModels } from '../../src/catalog/used-base-models.ts'
import { openUsers } from '../../src/catalog/users.ts'
import { openVaults } from '../../src/catalog/vault/open-vaults.ts'
import type { Database } from '../../src/db/database.ts'
import { openKnownEntries } from '../../src/library/scan/known-entries.ts'
import { openKnownHashes } from '../../src/library/scan/known-hashes.ts'
import { prepareSummary } from '../../src/library/summarize.ts'

/**
 * Has every statement prepared that a hub reads with: most are when their service opens, those of lists when a list of
 * their shape is asked for. `few: 0` has lists walk their orders, a large number has their filters lead.
 */
export async function askEverything(database: Database, few: number): Promise<void> {
  const now = Date.now
  const serverSecret = Buffer.alloc(32, 1)
  openAccountServices({ database, serverSecret, signUp: 'invite', onNewSetupCode: () => {} } as never)
  openAccounts(database)
  await openAnonymousUsage(database).close()
  await openTokens({ database, serverSecret, longestLifeDays: undefined, queryTokens: 'always' } as never).close()
  openAuditLog(database)
  openFileLocations(database)
  openCollections(database)
  openCreators(database)
  await openDownloads({ database, loginOnly: false, onError: () => {} }).close()
  openPreferences({ database, now })
  openTags(database)
  openUsedBaseModels(database)
  openUsers(database)
  openVaults({ database, now })
  openKnownEntries(database)
  openKnownHashes(database)
  prepareSummary(database, { builtIn: [], custom: [] })
  await listModels(database, few)
  await listImages(database, few)
}

const modelFilters: Partial<ModelFilter>[] = [
  {},
  { ids: [1, 2] },
  { versionIds: [1, 2] },
  { tag: 'model' },
  { creatorId: 1 },
  { types: ['LORA', 'Checkpoint'] },
  { baseModels: ['SD 1.5', 'Pony'] },
  { checkpointType: 'Merge' },
  { period: 'Month' },
  { earlyAccess: true },
  { trainedOnSite: true },
  { allowNoCredit: true, allowDerivatives: true, allowDifferentLicense: true, allowCommercialUse: ['Image'] },
  { fileFormats: ['SafeTensor'] },
  { archived: true },
  { favoritesOf: 1 },
  { hiddenBy: 1 },
  { notHiddenBy: 1 },
  { query: 'model' },
  { tag: 'model', types: ['LORA'], baseModels: ['Pony'], creatorId: 1, period: 'Year', notHiddenBy: 1 },
  { query: 'model', types: ['LORA'], tag: 'model', baseModels: ['Pony'] },
]

async function listModels(database: Database, few: number): Promise<void> {
  const models = openModels({ database, now: Date.now, few })
  for (const sort of modelSorts)
    for (const filter of modelFilters) {
      const orders: ModelSortOrder[] = filter.query === undefined ? [sort] : ['Relevance', 'Common Words']
      const cursors = orders.map((order) => writeCursor({ order, keys: Array(keyCountOf(order)).fill(5) }))
      for (const cursor of [undefined, ...cursors])
        await models.list({ levels: 31, ...filter }, { sort, limit: 5, cursor }, asRecords)
    }
}

const imageFilters: Partial<ImageFilter>[] = [
  {},
  { id: 1 },
  { ids: [1, 2] },
  { postId: 1 },
  { modelId: 1 },
  { versionId: 1 },
  { creatorId: 1 },
  { type: 'image' },
  { type: 'video' },
  { baseModels: ['SD 1.5', 'Pony'] },
  { tagIds: [1, 2] },
  { period: 'Month' },
  { creatorId: 1, type: 'video', baseModels: ['Pony'], tagIds: [1], period: 'Year' },
]

async function listImages(database: Database, few: number): Promise<void> {
  const images = openImages({ database, now: Date.now, few })
  for (const sort of imageSorts)
    for (const filter of imageFilters)
      for (const cursor of [undefined, writeCursor({ order: sort, keys: [5, 5] })])
        await images.list({ levels: 31, ...filter }, { sort, limit: 5, cursor, parts: { meta: true, tags: true } })
}
