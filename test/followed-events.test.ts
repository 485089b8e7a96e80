import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { password, startHub } from './conformance/hub.ts'
import { readEvents } from './event-reader.ts'

const hub = await startHub({ accounts: ['ada', 'grace', 'linus'] })
hub.change("UPDATE account SET role = 'owner'")
after(() => hub.close())

/** Follows the library; gives a promise of its end. */
async function follow(headers: Record<string, string>): Promise<{ end: Promise<void> }> {
  const answer = await fetch(`${hub.origin}/api/v1/library/events`, { headers })
  assert.equal(answer.status, 200)
  const { body } = answer
  assert.ok(body)
  const events = readEvents(body)
  await events.next()
  const toItsEnd = async () => {
    for await (const _ of events);
  }
  return { end: toItsEnd() }
}

async function signIn(username: string): Promise<{ cookie: string }> {
  const answer = await fetch(`${hub.origin}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: hub.origin },
    body: JSON.stringify({ username, password }),
  })
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

test('a stream of events ends with the token or the session that opened it, and no other does', async () => {
  const tokenOf = async (username: string, name: string) => ({
    authorization: `Bearer ${await hub.createToken(username, '--name', name)}`,
  })
  const names = ['revoked', 'expired', 'of somebody banned', 'of a session', 'of no owner any more'] as const
  const streams = {
    revoked: await follow(await tokenOf('ada', 'revoked')),
    expired: await follow(await tokenOf('ada', 'expired')),
    'of somebody banned': await follow(await tokenOf('grace', 'banned')),
    'of a session': await follow(await signIn('ada')),
    'of no owner any more': await follow(await signIn('linus')),
  }
  const kept = await follow(await tokenOf('ada', 'kept'))
  let isKeptOver = false
  const keptEnd = kept.end.finally(() => {
    isKeptOver = true
  })

  await hub.command('token', 'revoke', String(await hub.tokenId('ada', 'revoked')))
  hub.change("UPDATE token SET expires_at = 1 WHERE name = 'expired'")
  await hub.command('user', 'ban', 'grace')
  hub.change('DELETE FROM session WHERE user_id = (SELECT id FROM account WHERE username = ?)', 'ada')
  hub.change("UPDATE account SET role = 'user' WHERE username = 'linus'")
  for (const name of names) await streams[name].end
  assert.equal(isKeptOver, false)

  await hub.command('token', 'revoke', String(await hub.tokenId('ada', 'kept')))
  await keptEnd
})
