import type { SqlDialect } from '../sql-dialect.ts'
import { initial } from './0001-initial.ts'
import { signIn } from './0002-sign-in.ts'
import { tokenRecord } from './0003-token-record.ts'
import { folderSizes } from './0004-folder-sizes.ts'
import { tokenKinds } from './0005-token-kinds.ts'
import { audit } from './0006-audit.ts'
import { tokensInImages } from './0007-tokens-in-images.ts'
import { anonymousUsage } from './0008-anonymous-use.ts'
import { codeSteps } from './0009-code-steps.ts'
import { catalogChanges } from './0010-catalog-changes.ts'
import { largeCatalogs } from './0011-large-catalogs.ts'
import { bulkLookUps } from './0012-bulk-look-ups.ts'
import { retriesAndAttempts } from './0013-retries-and-attempts.ts'
import { posts } from './0015-posts.ts'
import { listing } from './0016-listing.ts'
import { droppedFiles } from './0017-dropped-files.ts'
import { identity } from './0018-identity.ts'

/** One step forward: SQL statements, run in one transaction. Steps are never changed once released, only added. */
export interface Migration {
  id: number
  name: string
  statements: (engine: SqlDialect) => string[]
}

export const migrations: Migration[] = [
  { id: 1, name: 'initial', statements: initial },
  { id: 2, name: 'sign-in', statements: signIn },
  { id: 3, name: 'token record', statements: tokenRecord },
  { id: 4, name: 'folder sizes', statements: folderSizes },
  { id: 5, name: 'token kinds', statements: tokenKinds },
  { id: 6, name: 'audit', statements: audit },
  { id: 7, name: 'tokens in images', statements: tokensInImages },
  { id: 8, name: 'anonymous use', statements: anonymousUsage },
  { id: 9, name: 'code steps', statements: codeSteps },
  { id: 10, name: 'catalog changes', statements: catalogChanges },
  { id: 11, name: 'large catalogs', statements: largeCatalogs },
  { id: 12, name: 'bulk look-ups', statements: bulkLookUps },
  { id: 13, name: 'retries and attempts', statements: retriesAndAttempts },
  { id: 15, name: 'posts', statements: posts },
  { id: 16, name: 'listing', statements: listing },
  { id: 17, name: 'dropped files', statements: droppedFiles },
  { id: 18, name: 'identity', statements: identity },
]
