import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openModels } from '../catalog/models/open-models.ts'
import { withLibrary } from '../hub/library.fixture.ts'
import { getModelSources } from './model-sources.ts'

test('the sources of a model name what was stated, and leave out defaults', () =>
  withLibrary(
    {
      endpoints: [getModelSources],
      more: async ({ database }) => ({ models: openModels({ database, now: Date.now }) }),
    },
    async (hub) => {
      await hub.addModel({
        id: 12,
        provenance: JSON.stringify({ name: 'name', type: 'default', license: 'header', licenseName: 'apache-2.0' }),
        versions: [
          { id: 34, provenance: JSON.stringify({ baseModel: 'folder', trainedWords: 'default', setAside: [] }) },
          { id: 35 },
        ],
      })
      await hub.addModel({ id: 13 })
      const get = async (id: string) => hub.request(`/api/v1/models/${id}/sources`)
      assert.deepEqual(await (await get('12')).json(), {
        modelId: 12,
        licenseName: 'apache-2.0',
        sources: { name: 'name', license: 'header' },
        versions: [
          { id: 34, sources: { baseModel: 'folder' } },
          { id: 35, sources: {} },
        ],
      })
      const unstated = (await (await get('13')).json()) as { licenseName: null; sources: object }
      assert.deepEqual([unstated.licenseName, unstated.sources], [null, {}])
      assert.equal((await get('14')).status, 404)
      assert.equal((await get('fox')).status, 400)
    },
  ))
