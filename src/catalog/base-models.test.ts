import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { baseModelMentioned, baseModelNamed } from './base-model-names.ts'
import { baseModels, ecosystemOf } from './base-models.ts'

test('the site knows 99 base models, 69 of them active', () => {
  assert.equal(new Set(baseModels.map(({ name }) => name)).size, 99)
  assert.equal(baseModels.filter(({ hidden }) => !hidden).length, 69)
})

test('children are in the ecosystem of their root and unknown names in their own', () => {
  for (const child of ['Illustrious', 'Pony', 'NoobAI', 'SDXL 1.0']) assert.equal(ecosystemOf(child), 'sdxl')
  assert.equal(ecosystemOf('SD 1.5'), 'sd1')
  assert.equal(ecosystemOf('Brand New'), 'brand new')
})

test('every base model is found by its own name in any letters', () => {
  fc.assert(
    fc.property(fc.constantFrom(...baseModels), ({ name }) => {
      assert.equal(baseModelNamed(name), name)
      assert.equal(baseModelNamed(name.toUpperCase().replaceAll(' ', '_')), name)
    }),
  )
})

test('the names that trainers and headers use are understood', () => {
  const names: Record<string, string> = {
    'sdxl_base_v1-0': 'SDXL 1.0',
    'stable-diffusion-xl-v1-base/lora': 'SDXL 1.0',
    'stable-diffusion-v1/lora': 'SD 1.5',
    'sd_1.5': 'SD 1.5',
    sd_v1: 'SD 1.5',
    'flux-1-dev/lora': 'Flux.1 D',
    'Flux.1-schnell': 'Flux.1 S',
    'sd3.5-large': 'SD 3.5 Large',
    PDXL: 'Pony',
  }
  for (const [text, name] of Object.entries(names)) assert.equal(baseModelNamed(text), name, text)
})

test('a text that is no name of a base model is not guessed at', () => {
  for (const text of ['', 'unknown', 'None', 'my sdxl', 'constructor', '__proto__', 'x'.repeat(5000)])
    assert.equal(baseModelNamed(text), undefined, text)
})

test('a file name mentions a base model only beyond doubt', () => {
  assert.equal(baseModelMentioned('ponyDiffusionV6XL_v6'), 'Pony')
  assert.equal(baseModelMentioned('character_sdxl_v2'), 'SDXL 1.0')
  assert.equal(baseModelMentioned('flux1-dev-fp8'), 'Flux.1 D')
  assert.equal(baseModelMentioned('my_little_pony_plush'), undefined)
  assert.equal(baseModelMentioned('lens_flare'), undefined)
})
