import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { scopeMask } from '../src/auth/scopes.ts'
import { programIn } from './program.fixture.ts'

/* Secrets and attempts under parallel requests to two processes that serve the same data directory. */

const directory = await mkdtemp(join(tmpdir(), 'modelkeep-parallel-'))
after(() => rm(directory, { recursive: true }))
const { run, runWell, serving } = programIn(directory)
const data = ['--data', join(directory, 'data')]
const password = 'correct horse battery'

/** Runs `use` with the addresses of two processes on one data directory that has the account Ada. */
async function withTwoProcesses(use: (origins: [string, string]) => Promise<void>): Promise<void> {
  const folder = join(directory, 'empty')
  await mkdir(folder, { recursive: true })
  const serve = [folder, ...data, '--limit-failures', 'off']
  await serving(serve, (one) =>
    serving(serve, async (other) => {
      const added = await run(['user', 'add', 'ada', '--email', 'ada@example.org', ...data], password)
      assert.equal(added.code, 0, added.stderr)
      await use([one, other])
    }),
  )
}

interface Answer {
  status: number
  body: { id?: number; token?: string; tokenScope?: number }
}

const narrowScopes = ['UserRead', 'UserWrite'] as const
const wanted = { wide: { name: 'made', scope: 'Full' }, narrow: { name: 'made', scope: narrowScopes } }

test('no interleaving of creates, rotations, revocations and retries revives a secret or gives one to a narrower token', () =>
  withTwoProcesses(async (origins) => {
    const ask = async (process: number, path: string, token: string, init: RequestInit & { key?: string } = {}) => {
      const answer = await fetch(`${origins[process]}/api/v1/me${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(init.key !== undefined && { 'idempotency-key': init.key }),
        },
      })
      return { status: answer.status, body: (await answer.json()) as Answer['body'] }
    }
    const wide = (await runWell('token', 'create', '--user', 'ada', '--name', 'wide', ...data)).trim()
    const made = await ask(0, '/tokens', wide, { method: 'POST', body: JSON.stringify(wanted.narrow) })
    const callers = { wide, narrow: made.body.token ?? '' }
    const subject = await ask(0, '/tokens', wide, { method: 'POST', body: JSON.stringify(wanted.narrow) })
    const isValid = async (process: number, token: string) => (await ask(process, '', token)).status === 200

    const step = fc.record({
      process: fc.nat(1),
      caller: fc.constantFrom('wide', 'narrow'),
      wants: fc.constantFrom('wide', 'narrow'),
      what: fc.constantFrom('create', 'create', 'rotate', 'revoke'),
      key: fc.nat(2),
    })
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async (steps) => {
        round++
        const secrets = new Map<string, string>()
        const ids = new Set<number>()
        const send = async ({ process, caller, wants, what, key }: (typeof steps)[number]): Promise<void> => {
          if (what === 'revoke') {
            const id = [...ids][key]
            if (id !== undefined) await ask(process, `/tokens/${id}`, callers[caller], { method: 'DELETE' })
            return
          }
          const [path, body] =
            what === 'create'
              ? ['/tokens', wanted[wants]]
              : [`/tokens/${subject.body.id}/rotate`, { overlapSeconds: 0 }]
          const init = { method: 'POST', body: JSON.stringify(body), key: `${round}-${key}` }
          const answer = await ask(process, path, callers[caller], init)
          const { token, tokenScope = 0, id } = answer.body
          assert.ok([201, 400, 403, 422].includes(answer.status), `${answer.status}`)
          assert.equal(answer.status === 201, token !== undefined)
          if (token === undefined) return
          if (caller === 'narrow') assert.equal(tokenScope & ~scopeMask([...narrowScopes]), 0)
          // Whoever gets a secret twice is the same caller with the same request.
          const owner = `${round}-${key} ${caller} ${what} ${what === 'create' ? wants : ''}`
          assert.equal(secrets.get(token) ?? owner, owner)
          secrets.set(token, owner)
          if (what === 'create' && id !== undefined) ids.add(id)
        }
        await Promise.all(steps.map(send))
        const owners = [...secrets.values()]
        assert.equal(new Set(owners).size, owners.length, 'one secret for each key')

        for (const id of ids) await ask(1, `/tokens/${id}`, wide, { method: 'DELETE' })
        const rotate = { method: 'POST', body: JSON.stringify({ overlapSeconds: 0 }) }
        assert.equal((await ask(0, `/tokens/${subject.body.id}/rotate`, wide, rotate)).status, 201)
        const told = new Set(secrets.keys())
        for (const again of [0, 1]) {
          for (const token of told) assert.equal(await isValid(again, token), false)
          for (const one of steps.filter(({ what }) => what !== 'revoke')) {
            secrets.clear()
            await send(one)
            for (const token of secrets.keys()) assert.ok(!told.has(token), 'an ended secret was told again')
          }
        }
        for (const token of told) assert.equal(await isValid(0, token), false)
        for (const id of ids) await ask(0, `/tokens/${id}`, wide, { method: 'DELETE' })
      }),
      { numRuns: 6, endOnFailure: true },
    )

    const attempt = (_: unknown, index: number) => {
      const [door, name] = index % 4 < 2 ? ['email', { email: 'ada@example.org' }] : ['username', { username: 'ada' }]
      const origin = origins[index % 2] ?? ''
      return fetch(`${origin}/api/auth/sign-in/${door}`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ ...name, password: 'not the password' }),
      })
    }
    const statuses = (await Promise.all(Array.from({ length: 80 }, attempt))).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 401).length, 30)
    assert.equal(statuses.filter((status) => status === 429).length, 50)
  }))
