import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { password } from './conformance/hub.ts'
import { eventually } from './eventually.ts'
import { fill, withFullDisk } from './full-disk.fixture.ts'

/* A hub whose disk is really full: its data directory is on a small file system in memory. */

for (const workers of [1, 2])
  test(`a full disk, ${workers} workers: 503 that says so, and what is ended is never valid after an acknowledgment`, async (context) => {
    const isRun = await withFullDisk(workers, async (hub, directory) => {
      const path = '/api/v1/me/tokens'
      const signIn = async () => {
        const json = { username: 'ada', password }
        const signedIn = await hub.ask('/api/auth/sign-in/username', { method: 'POST', json })
        return signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no session')
      }
      const [cookie, other] = [await signIn(), await signIn()]
      const headers = { cookie, origin: hub.origin }
      const make = (name: string) => hub.ask(path, { method: 'POST', headers, json: { name, scope: 'Full' } })
      const tokens: { id: number; token: string }[] = []
      for (let index = 0; index < 30; index++) tokens.push(JSON.parse((await make(`t${index}`)).body.toString()))
      const reserve = () => readdirSync(hub.data).filter((name) => /-reserve-\d$/.test(name))
      await eventually(async () => reserve().length === 4, 'the reserve is there')
      /** A connection of its own each time, so that every worker is asked. */
      const statuses = async (target: string, init: RequestInit) => {
        const found = new Set<number>()
        for (let time = 0; time < 12; time++)
          found.add(
            (await fetch(hub.origin + target, { ...init, headers: { connection: 'close', ...init.headers } })).status,
          )
        return [...found]
      }
      const statusesOf = (token: string) => statuses('/api/v1/me', { headers: { authorization: `Bearer ${token}` } })
      const failToMake = async () => {
        for (let index = 0; index < 300; index++) {
          const made = await make('x'.repeat(60))
          if (made.status !== 201) return made
        }
        return assert.fail('the disk is not full')
      }

      fill(directory)
      const refused = await failToMake()
      assert.equal(refused.status, 503, refused.body.toString())
      assert.match(refused.body.toString(), /^{"error":"The disk of this hub is full/)
      assert.match(String(refused.headers['retry-after']), /^\d+$/)
      assert.match(String(refused.headers['cache-control']), /no-store/)
      const ready = await hub.ask('/readyz')
      assert.deepEqual([ready.status, ready.body.toString()], [200, 'ready\nwrites: unavailable\n'])
      assert.equal((await hub.ask('/api/v1/models?limit=2&x=1')).status, 200)
      assert.deepEqual(await statusesOf(tokens[0]?.token ?? ''), [200], 'checking tokens works')

      const revoke = ({ id }: { id: number }) => hub.ask(`${path}/${id}`, { method: 'DELETE', headers })
      const [first, ...rest] = tokens
      assert.ok(first)
      assert.equal((await revoke(first)).status, 200, 'stored in the reserve')
      assert.deepEqual(await statusesOf(first.token), [401])
      assert.notEqual(hub.rows('select revoked_at from token where id = ?', first.id)[0]?.revoked_at, null)

      for (const name of reserve()) rmSync(join(hub.data, name))
      fill(directory)
      await failToMake()
      let unstored: { id: number; token: string } | undefined
      for (const token of rest) {
        const { status, body } = await revoke(token)
        assert.deepEqual(await statusesOf(token.token), [401], `refused at once after ${status}`)
        if (status === 200) continue
        assert.equal(status, 503, body.toString())
        assert.match(body.toString(), /is not stored/)
        unstored = token
        break
      }
      assert.ok(unstored, 'no end was left unstored')
      const storedEnd = () => hub.rows('select revoked_at from token where id = ?', unstored.id)[0]?.revoked_at
      assert.equal(storedEnd(), null)
      const out = await hub.ask('/api/auth/sign-out', {
        method: 'POST',
        headers: { cookie: other, origin: hub.origin },
      })
      assert.ok(out.status === 503 || out.status === 200, String(out.status))
      assert.deepEqual(await statuses('/api/v1/me', { headers: { cookie: other } }), [401], `after ${out.status}`)
      assert.ok(
        [401, 503].includes(
          (await hub.ask('/api/auth/sign-in/username', { method: 'POST', json: { username: 'ada', password } })).status,
        ),
        'nobody is told to be signed in',
      )

      rmSync(join(directory, 'filler'))
      await eventually(async () => storedEnd() !== null, 'the end is stored once there is space')
      assert.deepEqual(await statusesOf(unstored.token), [401])
      await eventually(async () => (await hub.ask('/readyz')).body.toString() === 'ready', 'changes are stored again')
      assert.equal((await make('after')).status, 201)
      await eventually(async () => reserve().length === 4, 'the reserve is there again')
    })
    if (!isRun) context.skip('a file system cannot be mounted here')
  })
