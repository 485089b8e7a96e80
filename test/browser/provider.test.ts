import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openProvider } from '../../src/auth/sign-in/oidc-provider.fixture.ts'
import { startHub } from '../conformance/hub.ts'
import { assertAccessible } from './axe.fixture.ts'
import { openBrowser } from './browser.fixture.ts'
import { givePassword, signOut } from './signing-in.fixture.ts'

const provider = await openProvider()
const directory = await mkdtemp(join(tmpdir(), 'modelkeep-provider-'))
const secretFile = join(directory, 'secret')
await writeFile(secretFile, provider.clientSecret ?? '')
const hub = await startHub({
  accounts: ['ada', 'bob'],
  flags: [
    '--oidc-issuer',
    provider.issuer,
    '--oidc-client-id',
    provider.clientId,
    '--oidc-client-secret-file',
    secretFile,
    '--oidc-name',
    provider.name,
  ],
})
provider.register(hub.origin)
const browser = await openBrowser(hub)
after(async () => {
  await browser.close()
  await hub.close()
  await provider.close()
  await rm(directory, { recursive: true })
})

const visit = (use: (page: Page) => Promise<void>) => browser.visit(use, { elsewhere: provider.issuer })
const signIn = (page: Page) => page.getByRole('button', { name: 'Sign in with The Studio' }).click()
const whoAmI = async (page: Page) => {
  const answer = await page.request.get('/api/v1/me')
  return answer.ok() ? (await answer.json()).username : answer.status()
}

test('one press signs in with the provider, and leads on to what one came for', () =>
  visit(async (page) => {
    await page.goto('/login?returnUrl=/user/account%3Ftab%3Dapi-keys')
    await signIn(page)
    await page.getByRole('button', { name: 'Add API key' }).waitFor()
    await page.getByRole('button', { name: 'Account of ada' }).waitFor()
    assert.equal(new URL(page.url()).origin, hub.origin)
    assert.equal(await whoAmI(page), 'ada')
  }))

test('who cancels at the provider reads so, and may try again to the same end', () =>
  visit(async (page) => {
    provider.refuses = true
    await page.goto('/login?returnUrl=/creators')
    await signIn(page)
    await page.getByRole('alert').getByText('Signing in was cancelled or refused at the other site.').waitFor()
    await assertAccessible(page)
    assert.equal(await whoAmI(page), 401)
    provider.refuses = false
    await signIn(page)
    await page.waitForURL('**/creators')
    assert.equal(await whoAmI(page), 'ada')
  }))

test('who has no password sets the first one soon after signing in, and it is asked for from then on', () =>
  browser.visit(
    async (page) => {
      const ada = "(SELECT id FROM account WHERE username = 'ada')"
      hub.change(`DELETE FROM credential WHERE provider_id = 'credential' AND user_id = ${ada}`)
      await page.goto('/login?returnUrl=/user/account%3Ftab%3Dsecurity')
      await signIn(page)
      const began = (at: string) => hub.change(`UPDATE session SET created_at = ? WHERE user_id = ${ada}`, at)
      const setIt = async () => {
        await page.getByRole('textbox', { name: 'New password' }).fill('another horse battery')
        await page.getByRole('button', { name: 'Set the password' }).click()
      }
      await page.getByText('Your account has none so far.').waitFor()
      await assertAccessible(page)
      began('2026-01-01T00:00:00.000Z')
      await setIt()
      await page.getByRole('alert').getByText('You signed in a while ago.').waitFor()
      began(new Date().toISOString())
      await setIt()
      await page.getByText('Your password is set.').waitFor()
      await page.getByRole('textbox', { name: 'Current password' }).and(page.locator(':focus')).waitFor()
      await page.getByRole('button', { name: 'Unlink' }).and(page.locator(':enabled')).waitFor()
      await signOut(page)
      await givePassword(page, 'ada', 'another horse battery')
      await page.getByRole('button', { name: 'Account of ada' }).waitFor()
    },
    { elsewhere: provider.issuer, expectedErrors: /403/ },
  ))

test('who links another site in vain is told why where they began, and may try again', () =>
  browser.visit(
    async (page) => {
      const link = page.getByRole('button', { name: 'Link', exact: true })
      await page.goto('/user/account?tab=security')
      provider.refuses = true
      await link.click()
      const refusal = page.getByRole('alert').filter({ hasText: 'Nothing was linked' })
      await refusal.getByText('It was cancelled or refused at the other site.').waitFor()
      const { y } = (await refusal.boundingBox()) ?? assert.fail()
      assert.ok(y < 400, `it is seen without scrolling: ${y}`)
      await assertAccessible(page)
      provider.refuses = false
      await link.click()
      await refusal.getByText('Your account at the other site opens another account of this hub.').waitFor()
      Object.assign(provider.claims, { sub: 'bob', email: 'bob@example.org', email_verified: true })
      // Whom the provider takes them for.
      await page.context().clearCookies({ name: /^_(session|interaction)/ })
      await link.click()
      await page.getByRole('button', { name: 'Unlink' }).waitFor()
      await refusal.waitFor({ state: 'detached' })
      hub.change("DELETE FROM credential WHERE provider_id = 'oidc' AND account_id = 'bob'")
    },
    { username: 'bob', elsewhere: provider.issuer },
  ))

for (const [who, sentence, prepare] of [
  [
    'whom nobody knows here',
    'You have no account here that belongs to the one at the other site.',
    () => Object.assign(provider.claims, { sub: 'stranger', email: 'stranger@example.org' }),
  ],
  [
    'whose address is not vouched for',
    'nobody vouches that it is yours',
    () => Object.assign(provider.claims, { sub: 'bob', email: 'bob@example.org', email_verified: false }),
  ],
  [
    'who is banned',
    'Your account is banned.',
    async () => {
      Object.assign(provider.claims, { sub: 'bob', email: 'bob@example.org', email_verified: true })
      await hub.command('user', 'ban', 'bob')
    },
  ],
] as const)
  test(`the reason is told to somebody ${who}`, () =>
    visit(async (page) => {
      await prepare()
      await page.goto('/login')
      await signIn(page)
      await page.getByRole('alert').getByText(sentence).waitFor()
      assert.equal(await whoAmI(page), 401)
    }))
