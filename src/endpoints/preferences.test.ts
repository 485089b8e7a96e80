import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openModels } from '../catalog/models/open-models.ts'
import { openPreferences } from '../catalog/preferences.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { getModel, listModels } from './models.ts'
import { addFavorite, hideModel, listFavorites, listHidden, removeFavorite, showModel } from './preferences.ts'

const withHub = (run: (library: LibraryFixture) => Promise<void>) =>
  withLibrary(
    {
      endpoints: [listModels, getModel, listFavorites, addFavorite, removeFavorite, listHidden, hideModel, showModel],
      more: async ({ database }) => ({
        models: openModels({ database, now: Date.now }),
        preferences: openPreferences({ database, now: Date.now }),
      }),
    },
    run,
  )

const as = (caller: number | string, method = 'GET') => ({ method, headers: { authorization: `Bearer ${caller}` } })
const idsOf = async (answer: Promise<Response>) =>
  ((await (await answer).json()) as { items: { id: number }[] }).items.map(({ id }) => id)

test('a favourite appears in the own list and in the public count at once, and goes again', () =>
  withHub(async ({ addModel, addAccount, request }) => {
    const { id } = await addModel({ thumbs_up_count: 2 })
    await addModel({})
    const [me, other] = [await addAccount(), await addAccount()]
    const thumbs = async () =>
      ((await (await request(`/api/v1/models/${id}`)).json()) as { stats: { thumbsUpCount: number } }).stats
        .thumbsUpCount
    assert.equal(await thumbs(), 2)
    for (let time = 0; time < 2; time++) {
      const answer = await request(`/api/v1/me/favorites/${id}`, as(me, 'PUT'))
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('cache-control'), 'private, no-store')
      assert.deepEqual(await answer.json(), { modelId: id, favorite: true })
      assert.equal(await thumbs(), 3)
    }
    assert.deepEqual(await idsOf(request('/api/v1/models?favorites=true', as(me))), [id])
    assert.deepEqual(await idsOf(request('/api/v1/models?favorites=true', as(other))), [])
    for (let time = 0; time < 2; time++) {
      const answer = await request(`/api/v1/me/favorites/${id}`, as(me, 'DELETE'))
      assert.equal(answer.status, 200)
      assert.deepEqual(await answer.json(), { modelId: id, favorite: false })
      assert.equal(await thumbs(), 2)
    }
    assert.deepEqual(await idsOf(request('/api/v1/models?favorites=true', as(me))), [])
  }))

test("a hidden model leaves the caller's list and nobody else's, until it is shown again", () =>
  withHub(async ({ addModel, addAccount, request }) => {
    const { id } = await addModel({})
    const [me, other] = [await addAccount(), await addAccount()]
    const put = await request(`/api/v1/me/hidden/${id}`, as(me, 'PUT'))
    assert.deepEqual([put.status, await put.json()], [200, { modelId: id, hidden: true }])
    assert.deepEqual(await idsOf(request('/api/v1/models', as(me))), [])
    assert.deepEqual(await idsOf(request('/api/v1/models?hidden=true', as(me))), [id])
    assert.deepEqual(await idsOf(request('/api/v1/models', as(other))), [id])
    assert.deepEqual(await idsOf(request('/api/v1/models')), [id])
    const shown = await request(`/api/v1/me/hidden/${id}`, as(me, 'DELETE'))
    assert.deepEqual([shown.status, await shown.json()], [200, { modelId: id, hidden: false }])
    assert.deepEqual(await idsOf(request('/api/v1/models', as(me))), [id])
  }))

for (const list of ['favorites', 'hidden']) {
  for (const method of ['PUT', 'DELETE']) {
    test(`${method} ${list}: 401 without an account, 403 without the scope, 404 for an unknown model, 400 for no id`, () =>
      withHub(async ({ addModel, addAccount, request }) => {
        const { id } = await addModel({})
        const me = await addAccount()
        const ask = async (modelId: number | string, init: RequestInit) => {
          const answer = await request(`/api/v1/me/${list}/${modelId}`, init)
          assert.equal(answer.headers.get('cache-control'), 'private, no-store')
          assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
          return { status: answer.status, body: (await answer.json()) as { error: unknown } }
        }
        assert.deepEqual(await ask(id, { method }), { status: 401, body: { error: 'Unauthorized' } })
        assert.deepEqual(await ask(id, as('nobody', method)), { status: 401, body: { error: 'Unauthorized' } })
        assert.deepEqual(await ask(id, as(`${me}:CollectionsRead`, method)), {
          status: 403,
          body: { error: 'insufficient_scope', error_description: 'Token does not have CollectionsWrite scope' },
        })
        assert.equal((await ask(id, as(`${me}:CollectionsWrite`, method))).status, 200)
        for (const unknown of [0, 999, 2 ** 31 - 1])
          assert.deepEqual(await ask(unknown, as(me, method)), {
            status: 404,
            body: { error: `No model with id ${unknown}` },
          })
        for (const wrong of ['abc', '-1', '1.5', 2 ** 31, '1e3', '__proto__', '%00']) {
          assert.equal((await ask(wrong, as(me, method))).status, 400, String(wrong))
        }
      }))
  }

  test(`${list}: other methods are told which there are`, () =>
    withHub(async ({ addModel, request }) => {
      const { id } = await addModel({})
      for (const method of ['GET', 'POST', 'PATCH']) {
        const answer = await request(`/api/v1/me/${list}/${id}`, { method })
        assert.equal(answer.status, 405)
        assert.deepEqual(await answer.json(), { error: 'Method not allowed' })
        assert.equal(answer.headers.get('allow'), 'PUT, DELETE, OPTIONS')
      }
      assert.equal((await request(`/api/v1/me/${list}/${id}`, { method: 'HEAD' })).status, 405)
    }))
}

test("the ids of own favourites and hidden models are listed, and nobody else's", () =>
  withHub(async ({ addModel, addAccount, request }) => {
    const [first, second] = [await addModel({}), await addModel({})]
    const [me, other] = [await addAccount(), await addAccount()]
    const marked = async (kind: 'favorites' | 'hidden', caller: number) =>
      ((await (await request(`/api/v1/me/${kind}`, as(caller))).json()) as { modelIds: number[] }).modelIds
    assert.deepEqual(await marked('favorites', me), [])
    await request(`/api/v1/me/favorites/${first.id}`, as(me, 'PUT'))
    await request(`/api/v1/me/favorites/${second.id}`, as(me, 'PUT'))
    await request(`/api/v1/me/hidden/${second.id}`, as(me, 'PUT'))
    assert.deepEqual((await marked('favorites', me)).toSorted(), [first.id, second.id].toSorted())
    assert.deepEqual(await marked('hidden', me), [second.id])
    assert.deepEqual(await marked('favorites', other), [])
    await request(`/api/v1/me/favorites/${first.id}`, as(me, 'DELETE'))
    assert.deepEqual(await marked('favorites', me), [second.id])
    assert.equal((await request('/api/v1/me/favorites')).status, 401)
    assert.equal((await request('/api/v1/me/hidden')).status, 401)
  }))
