import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyDefaultCreator } from '../../catalog/default-creator.ts'
import { type TemporaryHub, withHub } from '../hub.fixture.ts'
import type { AccountPrincipal } from '../principal.ts'
import { scopePresets } from '../scopes.ts'
import type { NewAccount } from './create-account.ts'

const person = { username: 'Ada.L-1', email: 'Ada@Example.org', password: 'long enough', role: 'user' } as const

const addCreator = ({ database }: TemporaryHub, username: string) =>
  database.write(async (transaction) => {
    const at = new Date().toISOString()
    const names = { username, username_key: username.toLowerCase(), name: username, email: null }
    const rest = { email_verified: 0, image: 'a.png', role: 'user', status: 'active', tier: 'free' } as const
    const { id } = await transaction
      .insertInto('account')
      .values({ ...names, ...rest, model_count: 7, created_at: at, updated_at: at })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })

test('an account is found by its username in any letter case', () =>
  withHub(async ({ accounts }) => {
    const { id } = await accounts.create(person)
    const found = { id, username: 'Ada.L-1', email: 'ada@example.org', role: 'user', status: 'active' }
    assert.deepEqual({ ...(await accounts.find('ADA.l-1')) }, found)
    assert.equal(await accounts.find('ada'), undefined)
  }))

test('usernames and e-mail addresses are taken once, without regard to letter case', () =>
  withHub(async ({ accounts }) => {
    await accounts.create(person)
    const taken = (more: Partial<NewAccount>, message: RegExp) =>
      assert.rejects(accounts.create({ ...person, ...more }), { name: 'DomainError', message })
    await taken({ username: 'ada.l-1', email: 'other@example.org' }, /username ada\.l-1 is taken/)
    await taken({ username: 'other', email: 'ADA@example.org' }, /e-mail address ada@example\.org is taken/)
  }))

test('what is no username, address or password is refused with a reason', () =>
  withHub(async ({ accounts }) => {
    const refused: [Partial<NewAccount>, RegExp][] = [
      ...['', 'a b', 'a/b', 'ünal', 'x'.repeat(65), 'a\n'].map((username): [Partial<NewAccount>, RegExp] => [
        { username },
        /username/,
      ]),
      ...['Account', '..'].map((username): [Partial<NewAccount>, RegExp] => [{ username }, /reserved/]),
      ...['', 'ada', 'ada@', 'a@b@c.org'].map((email): [Partial<NewAccount>, RegExp] => [{ email }, /e-mail/]),
      [{ password: 'seven77' }, /8 to 128/],
      [{ password: 'x'.repeat(129) }, /8 to 128/],
      ...['12345678', 'PassWord1', 'Modelkeep'].map((password): [Partial<NewAccount>, RegExp] => [
        { password },
        /Too many people have this password/,
      ]),
      ...['ada@example.org', 'ADA@EXAMPLE.ORG', 'Ada.l-12'].map((password): [Partial<NewAccount>, RegExp] => [
        { password, username: 'ada.L-12' },
        /neither the username nor the e-mail address/,
      ]),
      [{ password: 'ada.lovelace', email: 'Ada.Lovelace@example.org' }, /neither the username nor the e-mail address/],
    ]
    for (const [more, message] of refused)
      await assert.rejects(accounts.create({ ...person, ...more }), { name: 'DomainError', message })
    assert.deepEqual(await accounts.list(), [])
  }))

test('a creator whom only sidecars name becomes the person who takes the name, and keeps the models', () =>
  withHub(async (hub) => {
    const creator = await addCreator(hub, 'ADA.L-1')
    assert.deepEqual(await hub.accounts.list(), [])
    const { id } = await hub.accounts.create(person)
    assert.equal(id, creator)
    const row = await hub.database.kysely
      .selectFrom('account')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    assert.deepEqual([row.username, row.email, row.image, row.model_count], ['Ada.L-1', 'ada@example.org', 'a.png', 7])
    assert.deepEqual(
      (await hub.accounts.list()).map(({ username }) => username),
      ['Ada.L-1'],
    )
  }))

test('the username of the default creator is reserved, for owners as well', () =>
  withHub(async ({ accounts, database }) => {
    for (const username of ['local', 'LOCAL'])
      await assert.rejects(accounts.create({ ...person, username }), { name: 'DomainError', message: /is reserved/ })
    await applyDefaultCreator(database, 'studio')
    await assert.rejects(accounts.create({ ...person, username: 'Studio' }), {
      name: 'DomainError',
      message: /is reserved/,
    })
    await accounts.create({ ...person, username: 'local' })
  }))

test('of two who take one name at once, one gets it', () =>
  withHub(async ({ accounts }) => {
    const both = await Promise.allSettled([
      accounts.create(person),
      accounts.create({ ...person, username: 'ADA.l-1', email: 'b@example.org' }),
    ])
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  }))

test('a change of status applies to what it says: muting undoes no ban, unmuting neither', () =>
  withHub(async ({ accounts }) => {
    await accounts.create(person)
    const status = async () => (await accounts.find('ada.l-1'))?.status
    await accounts.changeStatus('ada.l-1', 'mute')
    await accounts.changeStatus('ada.l-1', 'mute')
    assert.equal(await status(), 'muted')
    await assert.rejects(accounts.changeStatus('ada.l-1', 'unban'), { name: 'DomainError', message: /is muted/ })
    await accounts.changeStatus('ada.l-1', 'ban')
    for (const change of ['mute', 'unmute'] as const)
      await assert.rejects(accounts.changeStatus('ada.l-1', change), { name: 'DomainError', message: /is banned/ })
    await accounts.changeStatus('ada.l-1', 'unban')
    assert.equal(await status(), 'active')
    await assert.rejects(accounts.changeStatus('nobody', 'ban'), { name: 'DomainError', message: /no account nobody/ })
  }))

test('a profile tells the address to sessions and to tokens that may read it, and the token to tokens alone', () =>
  withHub(async ({ accounts }) => {
    const { id } = await accounts.create(person)
    const profileBy = (via: AccountPrincipal['via'], scope: number) =>
      accounts.profile({ kind: 'account', accountId: id, role: 'user', via, scope })
    const base = { id, username: 'Ada.L-1', tier: 'free', status: 'active', isMember: false, subscriptions: [] }
    const address = { isModerator: false, email: 'ada@example.org', emailVerified: false }
    const token = { kind: 'token', tokenId: 9, secretId: 10 } as const
    assert.deepEqual(await profileBy({ kind: 'session', sessionId: 1 }, scopePresets.Full), { ...base, ...address })
    const subject = { buzzLimit: null, subject: { type: 'apiKey', id: 9 } }
    assert.deepEqual(await profileBy(token, 5), { ...base, ...address, tokenScope: 5, ...subject })
    assert.deepEqual(await profileBy(token, 4), { ...base, tokenScope: 4, ...subject })
    assert.equal(
      await accounts.profile({ kind: 'account', accountId: id + 1, role: 'user', via: token, scope: 1 }),
      undefined,
    )
  }))
