import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { airOf, airTypeOf, parseAir, writeAir } from './air.ts'
import { modelTypes } from './enums.ts'

test('an AIR of a version names ecosystem, type, model and version', () => {
  assert.equal(
    airOf({ baseModel: 'Illustrious', modelType: 'Checkpoint', modelId: 827184, versionId: 2514310 }),
    'urn:air:sdxl:checkpoint:civitai:827184@2514310',
  )
  assert.equal(
    airOf({ baseModel: 'SD 1.5', modelType: 'LoCon', modelId: 1, versionId: 2, fileId: 3 }),
    'urn:air:sd1:lycoris:civitai:1@2+3',
  )
})

test('a bare diffusion model and a UNet override the type of their model', () => {
  assert.equal(airTypeOf('Checkpoint', 'Diffusion Model'), 'diffusionmodel')
  assert.equal(airTypeOf('Checkpoint', 'UNet'), 'unet')
  assert.equal(airTypeOf('Checkpoint', 'Pruned Model'), 'checkpoint')
})

test('types without a segment of their own are unknown', () => {
  const unknown = modelTypes.filter((type) => airTypeOf(type) === 'unknown')
  assert.deepEqual(unknown, ['Poses', 'Wildcards', 'Workflows', 'ComfyWorkflows', 'Detection', 'LLM', 'Other'])
})

test('prefixes and ecosystem may be missing when an AIR is read', () => {
  const full = parseAir('urn:air:sdxl:lora:civitai:12@34+56.safetensor')
  assert.deepEqual(full, {
    ecosystem: 'sdxl',
    type: 'lora',
    source: 'civitai',
    id: '12',
    version: '34',
    fileId: 56,
    format: 'safetensor',
  })
  assert.deepEqual(parseAir('air:sdxl:lora:civitai:12'), parseAir('urn:air:sdxl:lora:civitai:12'))
  assert.deepEqual(parseAir('civitai:12@34'), { source: 'civitai', id: '12', version: '34' })
  assert.deepEqual(parseAir('sdxl:civitai:12'), { ecosystem: 'sdxl', source: 'civitai', id: '12' })
})

test('a dot behind a version belongs to the version', () => {
  assert.equal(parseAir('civitai:12@34.safetensor')?.version, '34.safetensor')
})

test('what is no AIR is refused', () => {
  for (const text of [
    '',
    'civitai',
    'urn:air:',
    'a:b:c:d:e:f',
    'civitai:12@',
    'civitai:12@3+x',
    'civitai:1 2',
    `civitai:${'1'.repeat(600)}`,
  ])
    assert.equal(parseAir(text), undefined, text)
})

test('every AIR that is written is read back the same', () => {
  const segment = fc.stringMatching(/^[a-z0-9_-]{1,20}$/).filter((text) => text !== 'urn' && text !== 'air')
  const number = fc.integer({ min: 1, max: 2 ** 31 - 1 })
  const air = fc.record(
    {
      ecosystem: segment,
      type: segment,
      source: segment,
      id: number.map(String),
      version: number.map(String),
      fileId: number,
    },
    { requiredKeys: ['ecosystem', 'type', 'source', 'id'] },
  )
  fc.assert(fc.property(air, (parts) => assert.deepEqual(parseAir(writeAir(parts)), { ...parts })))
})
