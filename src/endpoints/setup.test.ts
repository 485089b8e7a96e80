import assert from 'node:assert/strict'
import { test } from 'node:test'
import { password } from '../auth/hub.fixture.ts'
import { withServedAccounts } from '../hub/accounts.fixture.ts'

const owner = { username: 'Ada', email: 'Ada@example.org', password }
const path = '/api/v1/setup'

test('whoever has the code makes the first account, which owns the hub; then there is no code any more', () =>
  withServedAccounts(async ({ ask, setup, accounts, signIn }) => {
    const code = await setup.code()
    assert.match(code ?? '', /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
    assert.equal(await setup.isNeeded(), true)
    const made = await ask(path, { json: { ...owner, code } })
    assert.equal(made.status, 201)
    const found = await accounts.find('ada')
    assert.deepEqual(made.body, { id: found?.id, username: 'Ada' })
    assert.equal(found?.role, 'owner')
    assert.equal((await signIn('ada')).status, 200)
    assert.equal(await setup.code(), undefined)
    assert.equal(await setup.isNeeded(), false)
    const again = await ask(path, { json: { ...owner, username: 'Eve', email: 'eve@example.org', code } })
    assert.deepEqual([again.status, again.body], [403, { error: 'This hub has been set up' }])
  }))

test('a code is read as people type it', () =>
  withServedAccounts(async ({ ask, setup }) => {
    const code = (await setup.code())?.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    assert.equal((await ask(path, { json: { ...owner, code } })).status, 201)
  }))

test('of two who set up at once one gets the hub', () =>
  withServedAccounts(async ({ ask, setup }) => {
    const code = await setup.code()
    const both = await Promise.all(
      ['ada', 'eve'].map((username) =>
        ask(path, { json: { ...owner, username, email: `${username}@example.org`, code } }),
      ),
    )
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 403])
  }))

test('after ten wrong codes the code is void, and the terminal is told another', () =>
  withServedAccounts(async ({ ask, setup, accounts, newSetupCodes }) => {
    const code = await setup.code()
    for (const wrong of ['', '0000-0000', 'x'.repeat(1000), ...Array(7).fill('nonsense')]) {
      assert.deepEqual(newSetupCodes, [])
      const { status, body } = await ask(path, { json: { ...owner, code: wrong } })
      assert.deepEqual([status, body], [403, { error: 'The setup code is not right' }])
    }
    assert.deepEqual(newSetupCodes, [await setup.code()])
    assert.notEqual(newSetupCodes[0], code)
    assert.equal((await ask(path, { json: { ...owner, code } })).status, 403)
    assert.deepEqual(await accounts.list(), [])
    assert.equal((await ask(path, { json: { ...owner, code: newSetupCodes[0] } })).status, 201)
  }))

test('fields that are wrong are refused with a reason, and count for no guess', () =>
  withServedAccounts(async ({ ask, setup, newSetupCodes }) => {
    const code = await setup.code()
    const refused: [object, RegExp][] = [
      [{ ...owner, code, username: 'a b' }, /username/],
      [{ ...owner, code, email: 'ada' }, /e-mail/],
      [{ ...owner, code, password: 'short' }, /8 to 128/],
      [{ ...owner, code, password: 'iloveyou1' }, /Too many people/],
      [{ ...owner, code, username: 7 }, /`username` is a text/],
      [owner, /`code` is a text/],
    ]
    for (let round = 0; round < 3; round++)
      for (const [json, reason] of refused) {
        const { status, body } = await ask(path, { json })
        assert.equal(status, 400)
        assert.match(body.error, reason)
      }
    assert.deepEqual(newSetupCodes, [])
    assert.equal(await setup.code(), code)
  }))

test('tries are limited by address', () =>
  withServedAccounts(async ({ ask }) => {
    const statusFrom = async (from: string) => (await ask(path, { from, json: { ...owner, code: 'x' } })).status
    for (let attempt = 0; attempt < 30; attempt++) assert.equal(await statusFrom('10.0.0.9'), 403)
    assert.equal(await statusFrom('10.0.0.9'), 429)
    assert.equal(await statusFrom('10.0.0.8'), 403)
  }))
