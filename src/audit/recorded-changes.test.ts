import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { withHub } from '../auth/hub.fixture.ts'
import { insertModel } from '../catalog/catalog.fixture.ts'
import { changeModelSettings } from '../catalog/model-settings.ts'
import { withLibraryFolder } from '../library/library.fixture.ts'
import { commandLine } from './actor-context.ts'
import { entriesRecordedSince, everything, holdsNone, lastId } from './audit.fixture.ts'

test('folders that come and go are recorded under their own paths, and known ones are not', () =>
  withLibraryFolder(async ({ library, folder, dataDirectory, database }) => {
    const link = join(dataDirectory, 'link')
    await symlink(folder, link)
    await library.addFolders([folder, link], commandLine)
    await library.removeFolder(link, commandLine)
    await library.removeFolder(link, commandLine)
    await library.addFolders([link], commandLine)
    const entries = await everything(database)
    assert.deepEqual(
      entries.map(({ kind, actor, details }) => [kind, actor.via, details]),
      [
        ['folder-added', 'hub', { path: folder }],
        ['folder-removed', 'command line', { path: folder }],
        ['folder-added', 'command line', { path: folder }],
      ],
    )
  }))

test('who may download a model is recorded, as far as it was decided', () =>
  withHub(async ({ database }) => {
    const { id } = await insertModel(database)
    await changeModelSettings(database, id, { loginOnly: true })
    await changeModelSettings(database, id, { loginOnly: null, downloads: false })
    await changeModelSettings(database, id + 1, { downloads: false })
    assert.deepEqual(await entriesRecordedSince(database, 0), [
      `model-access-changed - {"modelId":${id},"loginOnly":true}`,
      `model-access-changed - {"modelId":${id},"loginOnly":null,"downloads":false}`,
    ])
  }))

test('a network that a token was never used from is recorded, and stays when the warning goes', () =>
  withHub(async ({ database, tokens, addAccount }) => {
    const accountId = await addAccount('Ada')
    const { id, text } = await tokens.create({ accountId, name: 'laptop', scope: 1 })
    const before = await lastId(database)
    for (const address of ['10.0.0.1', '10.0.0.1', '10.0.0.2']) {
      await tokens.verify({
        text,
        form: 'header',
        use: 'api',
        scope: 'UserRead',
        method: 'GET',
        target: '/api/v1/me',
        address,
        userAgent: `curl/8 ${text}`,
        origin: undefined,
        fromForeignPage: false,
      })
      await tokens.flushUse()
    }
    await tokens.dismissWarnings({ accountId, id })
    const news = (await everything(database)).filter((entry) => entry.id > before)
    const ada = { id: accountId, username: 'Ada' }
    assert.deepEqual(
      news.map(({ kind, account, actor, network, details }) => ({ kind, account, actor, network, details })),
      [
        {
          kind: 'token-new-network',
          account: ada,
          network: '10.0.0.2',
          actor: { via: 'token', account: ada, tokenId: id, sessionId: null },
          details: { tokenId: id, name: 'laptop' },
        },
      ],
    )
    await holdsNone(database, [text, text.slice(3)])
  }))
