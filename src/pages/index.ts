import type { Accounts } from '../auth/accounts.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Models } from '../catalog/models/open-models.ts'
import { assets } from './assets.ts'
import type { Page } from './define.ts'
import { frontPage } from './front.ts'
import { loginPages } from './login.ts'
import { modelPages } from './models.ts'
import { openViewerOf } from './viewer.ts'

/** The one list of all pages. */
export function openPages(services: { models: Models; accounts: Accounts; sessions: Sessions }): Page[] {
  const viewerOf = openViewerOf(services)
  return [
    frontPage(viewerOf),
    ...loginPages(services.sessions, viewerOf),
    ...modelPages(services.models, viewerOf),
    ...assets,
  ]
}
