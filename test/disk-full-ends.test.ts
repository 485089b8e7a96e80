import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Answer, type Hub, password } from './conformance/hub.ts'
import { eventually } from './eventually.ts'
import { fill, withFullDisk } from './full-disk.fixture.ts'

/* Access that ends while the disk is full and the preallocated space is used up: it is refused at once by every process. */

const accounts = ['ada', ...Array.from({ length: 10 }, (_, index) => `guest${index}`)]

interface Made {
  id: number
  token: string
}

async function signIn(hub: Hub, username: string): Promise<{ cookie: string; origin: string }> {
  const signedIn = await hub.ask('/api/auth/sign-in/username', { method: 'POST', json: { username, password } })
  assert.equal(signedIn.status, 200, signedIn.body.toString())
  return { cookie: signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '', origin: hub.origin }
}

async function makeToken(hub: Hub, headers: Record<string, string>): Promise<Made> {
  const made = await hub.ask('/api/v1/me/tokens', { method: 'POST', headers, json: { name: 'made', scope: 'Full' } })
  assert.equal(made.status, 201, made.body.toString())
  return JSON.parse(made.body.toString())
}

/** Statuses of several connections of their own, so that every process is asked. */
async function statuses(hub: Hub, headers: Record<string, string>): Promise<number[]> {
  const found = new Set<number>()
  for (let time = 0; time < 12; time++)
    found.add((await fetch(`${hub.origin}/api/v1/me`, { headers: { connection: 'close', ...headers } })).status)
  return [...found]
}

/** Fills what the files of the database have allocated already. */
async function fillDatabaseFiles(hub: Hub, headers: Record<string, string>): Promise<void> {
  const json = { name: 'x'.repeat(60), scope: 'Full' }
  for (let count = 0; count < 300; count++) {
    const { status } = await hub.ask('/api/v1/me/tokens', { method: 'POST', headers, json })
    if (status === 503) return
  }
  assert.fail('the disk is not full')
}

/** Something that ends access, with the request headers that gave it. */
interface End {
  send(): Promise<Answer>
  access: Record<string, string>[]
  /** Whether the database has the end. */
  isStored(): boolean
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** A ban ends the sessions and the tokens of an account. */
async function bans(hub: Hub, owner: Record<string, string>): Promise<End[]> {
  const list: End[] = []
  for (const username of accounts.slice(1)) {
    const session = await signIn(hub, username)
    const { token } = await makeToken(hub, session)
    const [row] = hub.rows('select id from account where username = ?', username)
    const path = `/api/v1/accounts/${row?.id}`
    list.push({
      send: () => hub.ask(path, { method: 'PATCH', headers: owner, json: { status: 'banned' } }),
      access: [bearer(token), { cookie: session.cookie }],
      isStored: () => hub.rows('select status from account where username = ?', username)[0]?.status === 'banned',
    })
  }
  return list
}

/** Anyone who finds a token can end it. */
async function leakReports(hub: Hub, owner: Record<string, string>): Promise<End[]> {
  const list: End[] = []
  for (let count = 0; count < 20; count++) {
    const { id, token } = await makeToken(hub, owner)
    list.push({
      send: () => hub.ask('/api/v1/tokens/revoke', { method: 'POST', json: { tokens: [token] } }),
      access: [bearer(token)],
      isStored: () => hub.rows('select revoked_at from token where id = ?', id)[0]?.revoked_at !== null,
    })
  }
  return list
}

/** The secret before a rotation works until the end of the overlap, which its owner can bring forward. */
async function overlapEnds(hub: Hub, owner: Record<string, string>): Promise<End[]> {
  const list: End[] = []
  for (let count = 0; count < 20; count++) {
    const { id, token } = await makeToken(hub, owner)
    const path = `/api/v1/me/tokens/${id}`
    const json = { overlapSeconds: 3600 }
    const rotated = await hub.ask(`${path}/rotate`, { method: 'POST', headers: owner, json })
    assert.equal(rotated.status, 201, rotated.body.toString())
    const [secret] = hub.rows('select id from token_secret where token_id = ? order by id', id)
    const endsAt = () => hub.rows('select ends_at from token_secret where id = ?', Number(secret?.id))[0]?.ends_at
    list.push({
      send: () =>
        hub.ask(`${path}/secrets/${secret?.id}`, { method: 'PATCH', headers: owner, json: { overlapSeconds: 0 } }),
      access: [bearer(token)],
      isStored: () => Number(endsAt()) <= Date.now(),
    })
  }
  return list
}

const kinds = { 'bans of accounts': bans, 'reports of leaked tokens': leakReports, 'ends of overlaps': overlapEnds }

for (const workers of [1, 2])
  test(`a full disk, ${workers} workers: bans, reports of leaked tokens and ends of overlaps take effect at once`, async (context) => {
    const isRun = await withFullDisk(
      workers,
      async (hub, directory) => {
        hub.change("update account set role = 'owner' where username = 'ada'")
        const owner = await signIn(hub, 'ada')
        const prepared = new Map<string, End[]>()
        for (const [kind, prepare] of Object.entries(kinds)) prepared.set(kind, await prepare(hub, owner))
        for (const ends of prepared.values())
          for (const headers of ends[0]?.access ?? []) assert.deepEqual(await statuses(hub, headers), [200])
        const reserve = () => readdirSync(hub.data).filter((name) => /-reserve-\d$/.test(name))
        await eventually(() => reserve().length === 4, 'the reserve is there')

        const unstored: End[] = []
        for (const [kind, ends] of prepared) {
          for (const name of reserve()) rmSync(join(hub.data, name))
          fill(directory)
          await fillDatabaseFiles(hub, owner)
          for (const end of ends) {
            const { status, body } = await end.send()
            for (const headers of end.access)
              assert.deepEqual(await statuses(hub, headers), [401], `${kind}: refused at once after ${status}`)
            if (status < 300) {
              assert.ok(end.isStored(), `${kind}: acknowledged, but not stored`)
              continue
            }
            assert.equal(status, 503, `${kind}: ${body}`)
            assert.match(body.toString(), /is not stored/)
            assert.equal(end.isStored(), false)
            unstored.push(end)
            break
          }
        }
        assert.equal(unstored.length, prepared.size, 'one end of each kind could not be stored')

        rmSync(join(directory, 'filler'))
        await eventually(() => unstored.every((end) => end.isStored()), 'they are stored once there is space')
        for (const { access } of unstored)
          for (const headers of access) assert.deepEqual(await statuses(hub, headers), [401])
        assert.deepEqual(await statuses(hub, { cookie: owner.cookie }), [200])
      },
      accounts,
    )
    if (!isRun) context.skip('a file system cannot be mounted here')
  })
