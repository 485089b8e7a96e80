import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identify } from '../entries/identify.ts'
import { createSidecarClaim, type SidecarClaim } from '../sidecars/claim.ts'
import { describeHeader } from './model-metadata.ts'

type Shapes = Record<string, number[]>
const sha256 = 'AB'.repeat(32)

const headerOf = (shapes: Shapes, metadata: Record<string, string> = {}) =>
  describeHeader({
    format: 'SafeTensor',
    headerBytes: 8,
    metadata,
    tensors: Object.entries(shapes).map(([name, shape]) => ({ name, dtype: 'BF16', shape, begin: 0, end: 2 })),
  })
const versionOf = (
  shapes: Shapes,
  { path = 'x.safetensors', metadata = {}, sidecars = [] as Partial<SidecarClaim>[] } = {},
) =>
  identify({
    path,
    sha256,
    header: headerOf(shapes, metadata),
    sidecars: sidecars.map((claim) =>
      createSidecarClaim({ source: 'civitai-info', problems: [], sha256: [], ...claim }),
    ),
  }).version
const said = (name: string) => ({ metadata: { ss_base_model_version: name } })

const blocks = (count: number, name: (index: number) => string, make: (name: string) => Shapes): Shapes =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => make(name(index))))
/** Layers of an adapter in the spellings of PEFT, kohya, LoHa and LoKr. */
const peft = (output: number, input: number) => (name: string) => ({
  [`${name}.lora_A.weight`]: [4, input],
  [`${name}.lora_B.weight`]: [output, 4],
})
const kohya = (output: number, input: number) => (name: string) => ({
  [`lora_unet_${name.replaceAll('.', '_')}.lora_down.weight`]: [4, input],
  [`lora_unet_${name.replaceAll('.', '_')}.lora_up.weight`]: [output, 4],
})
const loha = (output: number, input: number) => (name: string) => ({
  [`lora_unet_${name.replaceAll('.', '_')}.hada_w1_a`]: [output, 4],
  [`lora_unet_${name.replaceAll('.', '_')}.hada_w1_b`]: [4, input],
  [`lora_unet_${name.replaceAll('.', '_')}.hada_w2_a`]: [output, 4],
})
const lokr = (output: number, input: number) => (name: string) => ({
  [`lycoris_${name.replaceAll('.', '_')}.lokr_w1`]: [8, 16],
  [`lycoris_${name.replaceAll('.', '_')}.lokr_w2_a`]: [output / 8, 4],
  [`lycoris_${name.replaceAll('.', '_')}.lokr_w2_b`]: [4, input / 16],
})
const dora = (output: number, input: number) => (name: string) => ({
  ...peft(output, input)(name),
  [`${name}.dora_scale`]: [output, 1],
})
const whole = (output: number, input: number) => (name: string) => ({ [`${name}.weight`]: [output, input] })
const spellings = { peft, kohya, loha, lokr, dora, whole }

const single = (index: number) => `diffusion_model.single_blocks.${index}.linear1`

test('the proportions and widths of blocks tell FLUX.1 and each FLUX.2 apart in any spelling', () => {
  const cases: [count: number, output: number, input: number, baseModel: string][] = [
    [38, 21_504, 3072, 'Flux.1 D'],
    [20, 27_648, 3072, 'Flux.2 Klein 4B'],
    [24, 36_864, 4096, 'Flux.2 Klein 9B'],
    [48, 55_296, 6144, 'Flux.2 D'],
    [1, 21_504, 3072, 'Flux.1 D'],
    [1, 27_648, 3072, 'Flux.2 Klein 4B'],
  ]
  for (const [spelling, make] of Object.entries(spellings))
    for (const [count, output, input, baseModel] of cases) {
      const shapes = blocks(count, single, make(output, input))
      assert.equal(versionOf(shapes, said('sd_1.5')).baseModel, baseModel, `${spelling} ${count} ${output}`)
      if (baseModel !== 'Flux.1 D') assert.equal(versionOf(shapes, said('flux1')).baseModel, baseModel, spelling)
    }
})

test('adapters of some blocks only, and other layers, are told apart as well', () => {
  const cases: [shapes: Shapes, baseModel: string][] = [
    [peft(3072, 15_360)('transformer.single_blocks.7.linear2'), 'Flux.1 D'],
    [peft(3072, 12_288)('transformer.single_blocks.7.linear2'), 'Flux.2 Klein 4B'],
    [peft(12_288, 3072)('diffusion_model.double_blocks.1.img_mlp.0'), 'Flux.1 D'],
    [peft(18_432, 3072)('diffusion_model.double_blocks.1.img_mlp.0'), 'Flux.2 Klein 4B'],
    [peft(3072, 9216)('diffusion_model.double_blocks.1.txt_mlp.2'), 'Flux.2 Klein 4B'],
    [peft(9216, 3072)('diffusion_model.double_blocks.7.img_attn.qkv'), 'Flux.1 D'],
    [peft(3072, 3072)('transformer.single_transformer_blocks.3.attn.to_q'), 'Flux.1 D'],
    [peft(27_648, 3072)('transformer.single_transformer_blocks.3.attn.to_qkv_mlp_proj'), 'Flux.2 Klein 4B'],
    [peft(24_576, 4096)('transformer.transformer_blocks.3.ff.linear_in'), 'Flux.2 Klein 9B'],
    [blocks(60, (index) => `transformer_blocks.${index}.attn.add_q_proj`, peft(3072, 3072)), 'Qwen'],
    [blocks(40, (index) => `single_blocks.${index}.linear1`, kohya(21_504, 3072)), 'Hunyuan Video'],
    [peft(12_288, 2432)('transformer.joint_blocks.3.x_block.attn.qkv'), 'SD 3.5 Large'],
    [peft(1536, 1536)('diffusion_model.blocks.3.self_attn.q'), 'Wan Video 1.3B t2v'],
    [peft(3072, 3072)('diffusion_model.blocks.3.self_attn.q'), 'Wan Video 2.2 TI2V-5B'],
    [peft(5120, 5120)('transformer.blocks.3.attn1.to_q'), 'Wan Video'],
    [kohya(2048, 2048)('transformer_blocks.3.attn2.to_k'), 'LTXV'],
    [peft(2304, 2304)('diffusion_model.layers.3.attention.qkv'), 'Lumina'],
    [kohya(640, 640)('input_blocks.4.1.transformer_blocks.1.attn1.to_q'), 'SDXL 1.0'],
    [lokr(640, 2048)('down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k'), 'SDXL 1.0'],
    [loha(320, 768)('down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k'), 'SD 1.5'],
  ]
  for (const [shapes, baseModel] of cases)
    assert.equal(versionOf(shapes, said('sd_v2')).baseModel, baseModel, Object.keys(shapes)[0])
})

test('tensors that only exclude every name make Other, never a guess', () => {
  const ambiguous = peft(9216, 3072)('diffusion_model.double_blocks.1.img_attn.qkv')
  const zImage = blocks(30, (index) => `diffusion_model.layers.${index}.attention.to_k`, peft(3840, 3840))
  assert.equal(versionOf(ambiguous, said('sd_1.5')).baseModel, 'Other')
  for (const name of ['flux1', 'flux2_klein_4b', 'chroma'])
    assert.notEqual(versionOf(ambiguous, said(name)).baseModel, 'Other', name)
  assert.equal(versionOf(zImage, said('sd_1.5')).baseModel, 'Other')
  assert.equal(versionOf(zImage, { path: 'z_image_turbo_style.safetensors' }).baseModel, 'ZImageTurbo')
  assert.equal(versionOf({ 'something.weight': [3, 3] }, {}).baseModel, 'Other')
})

const fluxLora = blocks(38, single, peft(21_504, 3072))
const sdxlLora = kohya(640, 2048)('input_blocks.4.1.transformer_blocks.0.attn2.to_k')

test('a name that the tensors exclude is set aside and told of, whatever source names it', () => {
  const { baseModel, setAside } = versionOf(fluxLora, {
    ...said('sd_1.5'),
    path: 'Lora/SDXL/ponyXL.safetensors',
    sidecars: [{ baseModel: 'SD 1.5' }, { source: 'web-ui-json', baseModel: 'Other' }],
  })
  assert.equal(baseModel, 'Flux.1 D')
  const aside = { tensors: 'Flux.1 D', isTaken: false }
  assert.deepEqual(setAside, [
    { baseModel: 'SD 1.5', source: 'civitai-info', ...aside },
    { baseModel: 'SD 1.5', source: 'header', where: 'ss_base_model_version', ...aside },
    { baseModel: 'SDXL 1.0', source: 'folder', ...aside },
    { baseModel: 'Pony', source: 'name', ...aside },
  ])
  assert.equal(versionOf(fluxLora, said('flux1')).setAside, undefined)
})

test('a sidecar that names the file’s own SHA-256 outranks the tensors, and the contradiction is told', () => {
  const own = { baseModel: 'SD 1.5', sha256: [sha256] }
  const { baseModel, setAside } = versionOf(fluxLora, {
    sidecars: [{ source: 'cm-info', ...own }, { baseModel: 'Pony' }],
  })
  assert.equal(baseModel, 'SD 1.5')
  assert.deepEqual(
    setAside?.map(({ baseModel, isTaken }) => [baseModel, isTaken]),
    [
      ['SD 1.5', true],
      ['Pony', false],
    ],
  )
  const stray = { ...own, sha256: ['CD'.repeat(32)] }
  assert.equal(versionOf(fluxLora, { sidecars: [stray] }).baseModel, 'Flux.1 D')
})

test('a coarse source is refined by a more specific one of its family, an exact one is not', () => {
  const trained = { ss_base_model_version: 'sdxl_base_v1-0', ss_sd_model_name: 'ponyDiffusionV6XL.safetensors' }
  const of = (source: SidecarClaim['source'], baseModel = 'SDXL 1.0') =>
    versionOf(sdxlLora, { metadata: trained, sidecars: [{ source, baseModel }] }).baseModel
  for (const source of ['web-ui-json', 'swarm-json'] as const) assert.equal(of(source), 'Pony', source)
  for (const source of ['civitai-info', 'metadata-json', 'cm-info'] as const)
    assert.equal(of(source), 'SDXL 1.0', source)
  assert.equal(of('civitai-info', 'Illustrious'), 'Illustrious')
  assert.equal(of('web-ui-json', 'NoobAI'), 'NoobAI')
  const disagreeing = [{ baseModel: 'SDXL 1.0' }, { source: 'metadata-json' as const, baseModel: 'Pony' }]
  assert.equal(versionOf(sdxlLora, { sidecars: disagreeing }).baseModel, 'SDXL 1.0')
  const impossible = [{ baseModel: 'Flux.1 D' }, { source: 'metadata-json' as const, baseModel: 'Pony' }]
  assert.equal(versionOf(sdxlLora, { sidecars: impossible }).baseModel, 'Pony')
})

test('names and folders refine the family and never leave it', () => {
  const sdxl = (path: string) => versionOf(sdxlLora, { path, ...said('sdxl_base_v1-0') }).baseModel
  const named: Record<string, string> = {
    'a/pdxl_fox': 'Pony',
    'a/ponyXL': 'Pony',
    'a/noobaiXL_v1': 'NoobAI',
    'a/noob-ai': 'NoobAI',
    'a/ILLUSTRIOUS-xl': 'Illustrious',
    'a/IL_XL fox': 'Illustrious',
    'Pony/fox': 'Pony',
    'a/my little pony': 'SDXL 1.0',
    'a/flux1-dev style': 'SDXL 1.0',
    'SD 1.5/fox': 'SDXL 1.0',
    'a/fox_sd3.5_large': 'SDXL 1.0',
  }
  for (const [path, baseModel] of Object.entries(named)) assert.equal(sdxl(`${path}.safetensors`), baseModel, path)

  const wan = blocks(40, (index) => `blocks.${index}.self_attn.q`, whole(5120, 5120))
  const ofWan = (name: string, input = 36) =>
    versionOf({ ...wan, 'patch_embedding.weight': [5120, input, 1, 2, 2] }, { path: `wan/${name}.safetensors` })
      .baseModel
  assert.equal(ofWan('wan2.1_i2v_480p_14B_fp8'), 'Wan Video 14B i2v 480p')
  assert.equal(ofWan('Wan2.1-I2V-14B-720P'), 'Wan Video 14B i2v 720p')
  assert.equal(ofWan('Wan2_2-I2V-A14B-HIGH'), 'Wan Video 2.2 I2V-A14B')
  assert.equal(ofWan('wan2.2_t2v_low_noise_14B'), 'Wan Video', 'the tensors read an image')
  assert.equal(ofWan('wan2.2_t2v_low_noise_14B', 16), 'Wan Video 2.2 T2V-A14B')
  assert.equal(ofWan('wan2.1_t2v_14B', 16), 'Wan Video 14B t2v')

  const flux = (name: string) => versionOf(fluxLora, { path: `Flux/${name}.safetensors` }).baseModel
  assert.deepEqual(
    ['flux1-kontext-dev', 'flux1-dev-kontext_fp8', 'flux1-krea-dev', 'flux1-schnell', 'sdxl_x', 'flux-2-klein-4b'].map(
      flux,
    ),
    ['Flux.1 Kontext', 'Flux.1 Kontext', 'Flux.1 Krea', 'Flux.1 S', 'Flux.1 D', 'Flux.1 D'],
  )
})

test('a GGUF file’s architecture is a family, refined by its name', () => {
  const of = (architecture: string, path: string) =>
    identify({
      path,
      sidecars: [],
      header: describeHeader({
        format: 'GGUF',
        headerBytes: 8,
        tensors: [],
        metadata: { 'general.architecture': architecture },
      }),
    }).version.baseModel
  assert.equal(of('sd3', 'unet/SD3.5/sd3.5_large-Q4_0.gguf'), 'SD 3.5 Large')
  assert.equal(of('sd3', 'unet/SD3.5/sd3.5_large_turbo-Q4_0.gguf'), 'SD 3.5 Large Turbo')
  assert.equal(of('sd3', 'unet/SD3.5/sd3.5_medium-Q4_0.gguf'), 'SD 3.5 Medium')
  assert.equal(of('flux', 'flux1-krea-dev-Q8_0.gguf'), 'Flux.1 Krea')
  assert.equal(of('flux', 'sdxl.gguf'), 'Other')
  assert.equal(of('lumina2', 'z-image-turbo-Q8_0.gguf'), 'ZImageTurbo')
  assert.equal(of('wan', 'wan2.2_ti2v_5B.gguf'), 'Wan Video 2.2 TI2V-5B')
})
