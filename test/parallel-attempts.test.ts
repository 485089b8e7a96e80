import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { fromBase32, totp } from '../src/auth/sign-in/second-factor.fixture.ts'
import { eventually } from './eventually.ts'
import { programIn, type Running } from './program.fixture.ts'

/* Links, invitations and second factors under parallel requests to two processes that serve the same data directory. */

const directory = await mkdtemp(join(tmpdir(), 'modelkeep-attempts-'))
const { run, start } = programIn(directory)
const data = ['--data', join(directory, 'data')]
const password = 'correct horse battery'
/** Attempts of one kind from one network in a minute. */
const maxAttempts = 30
/** Wrong codes in a row. */
const maxWrongCodes = 10

const hubs: Running[] = []
const origins: string[] = []
let owner: Browser

before(async () => {
  const folder = join(directory, 'empty')
  await mkdir(folder)
  const options = ['--port', '0', '--trust-proxy', 'true', '--sign-up', 'invitation', '--limit-failures', 'off']
  for (const _process of [0, 1]) {
    const hub = start('serve', folder, ...data, ...options)
    hubs.push(hub)
    const origin = () => /^modelkeep listening on (http:\S+)$/m.exec(hub.printed.stdout)?.[1]
    await eventually(() => origin() !== undefined || hub.child.exitCode !== null, 'the hub listens')
    origins.push(origin() ?? assert.fail(hub.printed.stderr))
  }
  await addAccount('ada', '--admin')
  owner = openBrowser(0)
  assert.equal((await owner.post('/api/auth/sign-in/username', { username: 'ada', password })).status, 200)
})
after(async () => {
  for (const { child } of hubs) child.kill('SIGTERM')
  for (const { ended } of hubs) await ended
  await rm(directory, { recursive: true })
})

async function addAccount(username: string, ...options: string[]): Promise<void> {
  const line = ['user', 'add', username, '--email', `${username}@example.org`, ...options, ...data]
  const { code, stderr } = await run(line, password)
  assert.equal(code, 0, stderr)
}

interface Browser {
  post(path: string, body: object): Promise<{ status: number; body: unknown }>
}
let networks = 0
const newNetwork = () => `10.${(++networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`

/** A browser with cookies of its own at one process; every browser has another network unless `address` says so. */
function openBrowser(process: number, address = newNetwork()): Browser {
  const origin = origins[process] ?? assert.fail('no such process')
  const cookies = new Map<string, string>()
  return {
    async post(path, body) {
      const response = await fetch(origin + path, {
        method: 'POST',
        headers: {
          origin,
          'content-type': 'application/json',
          'x-forwarded-for': address,
          cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        },
        body: JSON.stringify(body),
      })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        cookies.set(name, value)
      }
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    },
  }
}

const countOf = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length

/** The secret behind `#` of a link that the owner makes. */
async function makeLink(path: string, body: object): Promise<string> {
  const made = await owner.post(path, body)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return new URL((made.body as { url: string }).url).hash.slice(1)
}

async function addAccountWithId(username: string): Promise<number> {
  const invitation = await makeLink('/api/v1/invitations', { expiresInDays: 1 })
  const person = { username, email: `${username}@example.org`, password, invitation }
  const made = await openBrowser(0).post('/api/v1/sign-up', person)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return (made.body as { id: number }).id
}

test('a reset link is used once, however many processes get it at the same time', async () => {
  const id = await addAccountWithId('eve')
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1), { minLength: 2, maxLength: 6 }), async (order) => {
      round++
      const path = `/api/v1/accounts/${id}/password-reset`
      const replaced = await makeLink(path, {})
      const token = await makeLink(path, {})
      const passwordOf = (index: number) => `new password ${round} ${index}`
      const reset = (process: number, index: number) =>
        openBrowser(process).post('/api/v1/password-reset', { token, password: passwordOf(index) })
      const old = openBrowser(round % 2).post('/api/v1/password-reset', { token: replaced, password: 'old password' })
      const statuses = (await Promise.all(order.map(reset))).map(({ status }) => status)
      assert.equal((await old).status, 403)
      assert.deepEqual([countOf(statuses, 200), countOf(statuses, 403)], [1, order.length - 1], `${statuses}`)
      for (const process of [0, 1]) assert.equal((await reset(process, order.length)).status, 403)
      const signIns = [...order.keys()].map(async (index) => {
        const person = { username: 'eve', password: passwordOf(index) }
        return (await openBrowser(index % 2).post('/api/auth/sign-in/username', person)).status
      })
      const expected = statuses.map((status) => (status === 200 ? 200 : 401))
      assert.deepEqual(await Promise.all(signIns), expected, 'the password is the one of the request that succeeded')
    }),
    { numRuns: 4, endOnFailure: true },
  )
})

test('an invitation makes one account, however many processes get it at the same time', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1), { minLength: 2, maxLength: 6 }), async (order) => {
      round++
      const invitation = await makeLink('/api/v1/invitations', { expiresInDays: 1 })
      const signUp = (process: number, index: number) => {
        const username = `guest${round}x${index}`
        const person = { username, email: `${username}@example.org`, password, invitation }
        return openBrowser(process).post('/api/v1/sign-up', person)
      }
      const statuses = (await Promise.all(order.map(signUp))).map(({ status }) => status)
      assert.deepEqual([countOf(statuses, 201), countOf(statuses, 403)], [1, order.length - 1], `${statuses}`)
      for (const process of [0, 1]) assert.equal((await signUp(process, order.length + process)).status, 403)
      const signIns = [...order.keys()].map(async (index) => {
        const person = { username: `guest${round}x${index}`, password }
        return (await openBrowser(index % 2).post('/api/auth/sign-in/username', person)).status
      })
      const expected = statuses.map((status) => (status === 201 ? 200 : 401))
      assert.deepEqual(await Promise.all(signIns), expected, 'no other account was made')
    }),
    { numRuns: 4, endOnFailure: true },
  )
})

test('of guesses at links and invitations from one network no more than the limit are checked, by both processes together', async () => {
  const id = await addAccountWithId('kim')
  const doors = {
    'password-reset': {
      make: () => makeLink(`/api/v1/accounts/${id}/password-reset`, {}),
      body: (token: string) => ({ token, password: 'another password' }),
      success: 200,
    },
    'sign-up': {
      make: () => makeLink('/api/v1/invitations', { expiresInDays: 1 }),
      body: (invitation: string) => ({
        invitation,
        username: `n${++networks}`,
        email: `n${networks}@example.org`,
        password,
      }),
      success: 201,
    },
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(doors) as (keyof typeof doors)[])),
      fc.array(fc.nat(1), { minLength: maxAttempts + 5, maxLength: maxAttempts + 20 }),
      async (door, order) => {
        const { make, body, success } = doors[door]
        const secret = await make()
        const address = newNetwork()
        const send = (process: number, text: string, from = address) =>
          openBrowser(process, from).post(`/api/v1/${door}`, body(text))
        const guesses = order.map((process, index) => send(process, `guess ${index}`))
        const statuses = (await Promise.all(guesses)).map(({ status }) => status)
        assert.deepEqual([countOf(statuses, 403), countOf(statuses, 429)], [maxAttempts, order.length - maxAttempts])
        for (const process of [0, 1]) assert.equal((await send(process, secret)).status, 429, 'the right one, too late')
        assert.equal((await send(0, secret, newNetwork())).status, success, 'it was not used up')
      },
    ),
    { numRuns: 4, endOnFailure: true },
  )
})

/** An account with a second factor. */
async function withSecondFactor(username: string): Promise<{ secret: Buffer; backupCodes: string[] }> {
  await addAccount(username)
  const browser = openBrowser(0)
  assert.equal((await browser.post('/api/auth/sign-in/username', { username, password })).status, 200)
  const enabled = (await browser.post('/api/auth/two-factor/enable', { password })).body
  const { totpURI, backupCodes } = enabled as { totpURI: string; backupCodes: string[] }
  const secret = fromBase32(new URL(totpURI).searchParams.get('secret') ?? '')
  assert.equal((await browser.post('/api/auth/two-factor/verify-totp', { code: totp(secret) })).status, 200)
  return { secret, backupCodes }
}

/** Browsers that have given the password and are asked for a code, by turns at either process. */
async function challenged(username: string, order: readonly number[]): Promise<Browser[]> {
  const browsers = order.map((process) => openBrowser(process))
  for (const browser of browsers) {
    const { status, body } = await browser.post('/api/auth/sign-in/username', { username, password })
    assert.deepEqual([status, (body as { twoFactorRedirect?: boolean }).twoFactorRedirect], [200, true])
  }
  return browsers
}

type Code = { way: 'totp' | 'backup-code'; code: string }
const verify = (browser: Browser, { way, code }: Code) => browser.post(`/api/auth/two-factor/verify-${way}`, { code })

test('of parallel codes of both kinds at both processes no more than the limit are checked, and a right one after them is not', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(1), fc.constantFrom('totp' as const, 'backup-code' as const)), {
        minLength: maxWrongCodes + 5,
        maxLength: 25,
      }),
      async (guesses) => {
        const username = `locked${++round}`
        const { secret, backupCodes } = await withSecondFactor(username)
        const asked = await challenged(username, [...guesses.map(([process]) => process), 0, 1])
        const [late, later] = asked.splice(-2)
        assert.ok(late && later)
        const right = totp(secret, 1)
        const sent = asked.map((browser, index) => {
          const way = guesses[index]?.[1] ?? 'totp'
          return verify(browser, { way, code: way === 'totp' && right !== '000000' ? '000000' : 'wrong' })
        })
        const statuses = (await Promise.all(sent)).map(({ status }) => status)
        assert.deepEqual(
          [countOf(statuses, 401), countOf(statuses, 429)],
          [maxWrongCodes, guesses.length - maxWrongCodes],
        )
        assert.equal((await verify(late, { way: 'totp', code: right })).status, 429)
        assert.equal((await verify(later, { way: 'backup-code', code: backupCodes[0] ?? '' })).status, 429)
      },
    ),
    { numRuns: 3, endOnFailure: true },
  )
})

test('a code that both processes get at the same time signs in once', async () => {
  const { secret, backupCodes } = await withSecondFactor('once')
  const codes: Code[] = [
    ...backupCodes.slice(0, 3).map((code): Code => ({ way: 'backup-code', code })),
    { way: 'totp', code: totp(secret, 1) },
  ]
  for (const code of codes) {
    const browsers = await challenged('once', [0, 1, 0, 1, 0, 1])
    const statuses = (await Promise.all(browsers.map((browser) => verify(browser, code)))).map(({ status }) => status)
    assert.equal(countOf(statuses, 200), 1, `${code.way} ${statuses}`)
    // 409: the code was right when it was checked, and used up when its use was stored.
    assert.ok(
      statuses.every((status) => [200, 401, 409].includes(status)),
      `${code.way} ${statuses}`,
    )
  }
})
