import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withLibrary } from '../hub/library.fixture.ts'
import { getEnums } from './enums.ts'

test('the enumerations are five lists of texts, in the letters and the order of the site API', () =>
  withLibrary({ endpoints: [getEnums] }, async ({ request }) => {
    const answer = await request('/api/v1/enums?unknown=1')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('cache-control'), 'public, s-maxage=300, stale-while-revalidate=150')
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    const enums = (await answer.json()) as Record<string, string[]>
    assert.deepEqual(Object.keys(enums), [
      'ModelType',
      'ModelFileType',
      'ActiveBaseModel',
      'BaseModel',
      'BaseModelType',
    ])
    const { ModelType = [], ModelFileType = [], ActiveBaseModel = [], BaseModel = [], BaseModelType } = enums
    assert.deepEqual([ModelType.length, ModelType[0], ModelType.at(-1)], [23, 'Checkpoint', 'Other'])
    assert.deepEqual([ModelFileType.length, ModelFileType[1]], [17, 'Text Encoder'])
    assert.deepEqual([BaseModel.length, ActiveBaseModel.length], [99, 69])
    assert.deepEqual(
      ActiveBaseModel,
      BaseModel.filter((name) => ActiveBaseModel.includes(name)),
    )
    assert.ok(BaseModel.includes('SDXL Turbo') && !ActiveBaseModel.includes('SDXL Turbo'))
    assert.deepEqual(BaseModelType, ['Standard', 'Inpainting', 'Refiner', 'Pix2Pix'])
  }))
