import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub, withHub } from '../hub.fixture.ts'
import { addPasskey } from './passkey.fixture.ts'

interface CeremonyOptions {
  challenge: string
  rp: { id: string; name: string }
  rpId: string
}

const signedIn = async (hub: TemporaryHub, origin: string) => {
  const browser = openBrowser(hub.sessions, { origin })
  assert.equal((await browser.post('/sign-in/username', { username: 'Ada', password })).status, 200)
  return browser
}

const optionsFor = async (answer: Response) => {
  assert.equal(answer.status, 200)
  return (await answer.json()) as CeremonyOptions
}

test('a passkey is for the host that the hub is reached under', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    for (const origin of ['http://localhost:3333', 'https://models.example', 'http://hub.lan']) {
      const browser = await signedIn(hub, origin)
      const { hostname } = new URL(origin)
      assert.deepEqual((await optionsFor(await browser.get('/passkey/generate-register-options'))).rp, {
        id: hostname,
        name: 'modelkeep',
      })
      const anyone = openBrowser(hub.sessions, { origin })
      assert.equal((await optionsFor(await anyone.get('/passkey/generate-authenticate-options'))).rpId, hostname)
    }
  }))

test('nobody registers a passkey without a session, nor with an answer that no authenticator gave', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const origin = 'http://localhost:3333'
    assert.equal((await openBrowser(hub.sessions, { origin }).get('/passkey/generate-register-options')).status, 401)

    const browser = await signedIn(hub, origin)
    const { challenge } = await optionsFor(await browser.get('/passkey/generate-register-options'))
    const forged = await browser.post('/passkey/verify-registration', {
      response: forgedResponse({ type: 'webauthn.create', challenge, origin }),
    })
    assert.ok(forged.status >= 400, `status ${forged.status}`)
    assert.deepEqual(await (await browser.get('/passkey/list-user-passkeys')).json(), [])
  }))

test('an unknown passkey signs nobody in', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const origin = 'http://localhost:3333'
    const browser = openBrowser(hub.sessions, { origin })
    const { challenge } = await optionsFor(await browser.get('/passkey/generate-authenticate-options'))
    const answer = await browser.post('/passkey/verify-authentication', {
      response: forgedResponse({ type: 'webauthn.get', challenge, origin }),
    })
    assert.equal(answer.status, 401)
    assert.equal(await hub.sessions.principalOf(browser.cookie()), undefined)
  }))

test('a passkey signs its account in, unless it is banned', () =>
  withHub(async (hub) => {
    const origin = 'http://localhost:3333'
    const accountId = await hub.addAccount('Ada')
    const authenticator = await addPasskey(hub.database, accountId)
    const signIn = async () => {
      const browser = openBrowser(hub.sessions, { origin })
      const { challenge } = await optionsFor(await browser.get('/passkey/generate-authenticate-options'))
      const { status } = await browser.post('/passkey/verify-authentication', {
        response: authenticator.sign({ type: 'webauthn.get', challenge, origin }),
      })
      return [status, (await hub.sessions.principalOf(browser.cookie()))?.accountId]
    }
    assert.deepEqual(await signIn(), [200, accountId])
    await hub.accounts.changeStatus('Ada', 'ban')
    assert.deepEqual(await signIn(), [403, undefined])
  }))

test('tries with passkeys are limited by address, as those with passwords are', () =>
  withHub(async (hub) => {
    const browser = openBrowser(hub.sessions, { origin: 'http://localhost:3333', address: '10.2.0.1' })
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 32; attempt++)
      statuses.add((await browser.post('/passkey/verify-authentication', { response: {} })).status)
    assert.ok(statuses.has(429), `statuses were ${[...statuses]}`)
  }))

/** In the right form, and signed by nobody. */
function forgedResponse(clientData: { type: string; challenge: string; origin: string }) {
  const id = randomBytes(16).toString('base64url')
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: Buffer.from(JSON.stringify(clientData)).toString('base64url'),
      attestationObject: randomBytes(120).toString('base64url'),
      authenticatorData: randomBytes(37).toString('base64url'),
      signature: randomBytes(64).toString('base64url'),
    },
  }
}
