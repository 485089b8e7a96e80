import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entriesRecordedSince, holdsNone, lastId } from '../audit/audit.fixture.ts'
import { password } from '../auth/hub.fixture.ts'
import { type ServedAccounts, withServedAccounts } from '../hub/accounts.fixture.ts'

const kindsOf = ({ body }: { body: { items: { kind: string }[] } }) => body.items.map(({ kind }) => kind)

async function newsOf({ database }: ServedAccounts, work: () => Promise<unknown>): Promise<string[]> {
  const before = await lastId(database)
  await work()
  return entriesRecordedSince(database, before)
}

test('what owners decide about an account is recorded, and what did not change is not', () =>
  withServedAccounts(async (hub) => {
    await hub.addOwner()
    const id = await hub.addAccount('Ada')
    await hub.signIn('Ada')
    const { cookie } = await hub.signIn('owner')
    const change = (json: object) => hub.ask(`/api/v1/accounts/${id}`, { method: 'PATCH', cookie, json })
    const news = await newsOf(hub, async () => {
      await change({ status: 'muted' })
      await change({ status: 'muted', role: 'user' })
      await change({ status: 'active', role: 'owner' })
      await change({ status: 'banned' })
      await hub.ask('/api/v1/accounts/999', { method: 'PATCH', cookie, json: { status: 'banned' } })
    })
    assert.deepEqual(news, [
      'status-changed Ada {"from":"active","to":"muted"}',
      'status-changed Ada {"from":"muted","to":"active"}',
      'role-changed Ada {"from":"user","to":"owner"}',
      'status-changed Ada {"from":"active","to":"banned"}',
      'session-ended Ada {"sessionId":1,"why":"banned"}',
    ])
  }))

test('what is refused leaves no entry: a hub keeps an owner', () =>
  withServedAccounts(async (hub) => {
    const { id } = await hub.addOwner()
    const { cookie } = await hub.signIn('owner')
    const news = await newsOf(hub, async () => {
      const json = { role: 'user' }
      assert.equal((await hub.ask(`/api/v1/accounts/${id}`, { method: 'PATCH', cookie, json })).status, 403)
    })
    assert.deepEqual(news, [])
  }))

test('accounts, invitations and new passwords are recorded by whatever way they come, without the links', () =>
  withServedAccounts(
    async (hub) => {
      const secrets: string[] = [password, 'another password']
      const person = (username: string) => ({ username, email: `${username}@example.org`, password })
      const secretOf = ({ body }: { body: { url: string } }) => {
        const secret = body.url.split('#')[1] ?? ''
        secrets.push(secret)
        return secret
      }
      const news = await newsOf(hub, async () => {
        const code = (await hub.setup.code()) ?? ''
        secrets.push(code)
        await hub.ask('/api/v1/setup', { json: { code, ...person('owner') } })
        const { cookie } = await hub.signIn('owner')
        const invited = await hub.ask('/api/v1/invitations', { cookie, json: { email: 'ada@example.org' } })
        await hub.ask('/api/v1/sign-up', { json: { ...person('ada'), invitation: secretOf(invited) } })
        await hub.ask('/api/v1/sign-up', { json: person('bob') })
        const other = await hub.ask('/api/v1/invitations', { cookie, json: {} })
        secretOf(other)
        await hub.ask(`/api/v1/invitations/${other.body.id}`, { method: 'DELETE', cookie })
        await hub.ask(`/api/v1/invitations/${other.body.id}`, { method: 'DELETE', cookie })
        const ada = (await hub.accounts.find('ada'))?.id
        const reset = await hub.ask(`/api/v1/accounts/${ada}/password-reset`, { method: 'POST', cookie })
        await hub.signIn('ada')
        await hub.ask('/api/v1/password-reset', { json: { token: secretOf(reset), password: 'another password' } })
      })
      assert.deepEqual(news, [
        'account-made owner {"how":"setup","role":"owner"}',
        'sign-in owner {"way":"password","sessionId":1}',
        'invitation-made - {"invitationId":1,"email":"ada@example.org"}',
        'account-made ada {"how":"invitation","invitationId":1,"role":"user"}',
        'account-made bob {"how":"sign-up","role":"user"}',
        'invitation-made - {"invitationId":2,"email":null}',
        'invitation-removed - {"invitationId":2}',
        'password-reset-made ada {}',
        'sign-in ada {"way":"password","sessionId":2}',
        'password-reset ada {}',
        'session-ended ada {"sessionId":2,"why":"password reset"}',
      ])
      await holdsNone(hub.database, secrets)
    },
    { signUp: 'open' },
  ))

test('everybody reads what concerns their own account, and nothing else', () =>
  withServedAccounts(async (hub) => {
    const { id: ownerId, token } = await hub.addOwner()
    const [ada, bob] = [await hub.addAccount('Ada'), await hub.addAccount('Bob')]
    const { cookie } = await hub.signIn('Ada')
    await hub.signIn('Bob', 'a wrong password')
    for (const [id, status] of [[ada, 'muted'] as const, [bob, 'banned'] as const])
      await hub.ask(`/api/v1/accounts/${id}`, { method: 'PATCH', token, from: '192.0.2.1', json: { status } })

    const own = await hub.ask('/api/v1/me/audit', { cookie })
    assert.equal(own.status, 200)
    const kinds = kindsOf(own).filter((kind) => !kind.startsWith('token-'))
    assert.deepEqual(kinds, ['status-changed', 'sign-in', 'account-made'])
    for (const { account } of own.body.items) assert.deepEqual(account, { id: ada, username: 'Ada' })
    const { actor, network, agent } = own.body.items[0]
    const owner = { id: ownerId, username: 'owner' }
    assert.deepEqual(
      { actor, network, agent },
      { actor: { via: 'token', account: owner, tokenId: null, sessionId: null }, network: null, agent: null },
    )
    assert.equal(typeof own.body.items[1].network, 'string')
    // Whatever is asked for.
    assert.deepEqual(kindsOf(await hub.ask('/api/v1/me/audit?account=Bob&kind=sign-in-failed', { cookie })), [])
    assert.equal((await hub.ask('/api/v1/me/audit')).status, 401)
    const narrow = await hub.addToken(ada, ['UserRead', 'ModelsRead'])
    assert.equal((await hub.ask('/api/v1/me/audit', { token: narrow })).status, 403)
    const fitting = await hub.addToken(ada, ['UserWrite'])
    assert.equal((await hub.ask('/api/v1/me/audit', { token: fitting })).status, 200)
  }))

test('owners alone read everything, by kind, account and time', () =>
  withServedAccounts(async (hub) => {
    const { token } = await hub.addOwner()
    const ada = await hub.addAccount('Ada')
    assert.equal((await hub.ask('/api/v1/audit', { token: await hub.addToken(ada) })).status, 403)
    await hub.signIn('Ada', 'a wrong password')
    await hub.ask(`/api/v1/accounts/${ada}`, { method: 'PATCH', token, from: '192.0.2.1', json: { status: 'muted' } })

    const read = (query: string) => hub.ask(`/api/v1/audit${query}`, { token })
    const muted = await read('?account=ADA&kind=status-changed')
    assert.deepEqual(kindsOf(muted), ['status-changed'])
    assert.equal(muted.body.items[0].network, '192.0.2.1')
    assert.deepEqual(kindsOf(await read('?kind=account-made')), ['account-made', 'account-made'])
    assert.deepEqual(kindsOf(await read('?account=nobody')), [])
    assert.deepEqual(kindsOf(await read('?since=2999-01-01')), [])
    assert.ok(kindsOf(await read('?since=2020-01-01')).length >= 4)
    assert.equal((await read('?kind=nothing')).status, 400)
    assert.equal((await read('?cursor=nonsense')).status, 400)
  }))

test('pages follow each other by cursor, each entry once, whatever comes meanwhile', () =>
  withServedAccounts(async (hub) => {
    const { token } = await hub.addOwner()
    for (const name of ['a', 'b', 'c', 'd']) await hub.addAccount(name)
    const seen: string[] = []
    let next: string | undefined = '/api/v1/audit?kind=account-made&limit=2'
    while (next !== undefined) {
      const { body } = await hub.ask(next, { token })
      assert.ok(body.items.length <= 2)
      seen.push(...body.items.map(({ account }: { account: { username: string } }) => account.username))
      next = body.metadata.nextPage
      await hub.addAccount(`later-${seen.length}`)
    }
    assert.deepEqual(seen, ['d', 'c', 'b', 'a', 'owner'])
  }))
