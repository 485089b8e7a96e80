import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { withPackedText } from '../images/images-with-text.fixture.ts'
import { safetensors } from '../library.fixture.ts'
import { walk } from '../watch/walk.ts'
import type { EntryReading } from './entry-contents.ts'
import { type EntryFiles, groupEntries } from './entry-files.ts'
import { type EntryReader, openEntryReader } from './entry-reader.ts'

let reader: EntryReader
let directory: string
let folders = 0
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelkeep-entry-'))
  reader = openEntryReader()
})
after(async () => {
  await reader.close()
  await rm(directory, { recursive: true })
})

interface Place {
  root: string
  entry: EntryFiles
  ownedFolder: string
}

/** Writes files of the stem `fox` into a folder of their own, by what follows the stem. */
async function placeOf(files: Record<string, Uint8Array | string>): Promise<Place> {
  const root = await mkdtemp(join(directory, `${folders++}-`))
  for (const [suffix, content] of Object.entries(files)) await writeFile(join(root, `fox${suffix}`), content)
  for await (const step of walk(root)) {
    const [entry] = step.kind === 'directory' ? groupEntries(step.files) : []
    if (entry) return { root, entry, ownedFolder: `${root}-owned` }
  }
  throw new Error('there is no entry among these files')
}

const read = async (files: Record<string, Uint8Array | string>, by = reader) => by.read(await placeOf(files))
const modelsOf = ({ models }: EntryReading) => models.map(({ file }) => file.path)
const picture = (width = 30, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: '#c04020' } })
    .png()
    .toBuffer()

/** A safetensors file with this JSON in its header. */
function withHeader(json: string, length = BigInt(json.length)): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(length)
  return Buffer.concat([bytes, Buffer.from(json)])
}

test('headers, sidecars and previews of an entry are read', async () => {
  const png = await picture()
  const { models, claims, previews, problems, incomplete } = await read({
    '.safetensors': safetensors('fox', { ss_network_module: 'networks.lora' }),
    '.civitai.info': '\uFEFF{"id":70,"modelId":7,"name":"v1"}',
    '.txt': 'fox',
    '.preview.png': png,
  })
  assert.deepEqual([problems, incomplete], [[], false])
  assert.equal(models[0]?.header?.training?.networkModule, 'networks.lora')
  assert.deepEqual(
    claims.map(({ source, versionId, trainedWords }) => [source, versionId, trainedWords]),
    [
      ['civitai-info', 70, undefined],
      ['text', undefined, ['fox']],
    ],
  )
  const { path, owned, sizeBytes, width, height, mime } = previews[0] ?? {}
  assert.deepEqual(
    [path, owned, sizeBytes, width, height, mime],
    ['fox.preview.png', false, png.length, 30, 20, 'image/png'],
  )
})

test('a model file with a damaged header is left out, and its neighbour stays', async () => {
  const whole = safetensors('fox')
  const damaged = {
    'bytes are missing': whole.subarray(0, whole.length - 3),
    'more than the 100 MB': withHeader('{}', 2n ** 63n),
    'is not JSON': withHeader('{"weight": '),
    'the file has only': withHeader('{}', 5000n),
    'it is empty': Buffer.alloc(0),
  }
  for (const [reason, bytes] of Object.entries(damaged)) {
    const reading = await read({ '.safetensors': bytes, '.ckpt': Buffer.from([0x80, 2, 0x2e]) })
    assert.deepEqual(modelsOf(reading), ['fox.ckpt'], reason)
    assert.deepEqual(
      reading.problems.map(({ path, reason: told }) => [path, told.includes(reason)]),
      [['fox.safetensors', true]],
      JSON.stringify(reading.problems),
    )
    assert.equal(reading.incomplete, false, 'another scan would read the same')
  }
})

test('a file without a header is worth hashing unless it is empty', async () => {
  const reading = await read({ '.ckpt': Buffer.from([0x80, 2, 0x2e]), '.pt': '', '.gguf': 'GGUF' })
  assert.deepEqual(modelsOf(reading), ['fox.ckpt'])
  assert.deepEqual(
    reading.problems.map(({ path }) => path),
    ['fox.pt', 'fox.gguf'],
  )
})

test('files that vanished are told of, and the next scan asks again', async () => {
  const place = await placeOf({ '.safetensors': safetensors('fox'), '.txt': 'fox', '.png': await picture() })
  await rm(place.root, { recursive: true })
  const { models, claims, previews, problems, incomplete } = await reader.read(place)
  assert.deepEqual([models, claims, previews, incomplete], [[], [], [], true])
  assert.deepEqual(
    problems.map(({ path, reason }) => [path, reason.includes('not there any more')]),
    [
      ['fox.safetensors', true],
      ['fox.txt', true],
      ['fox.png', true],
    ],
  )
})

test('a sidecar of wrong types gives what it can, and one of no JSON nothing', async () => {
  const { claims, problems } = await read({
    '.safetensors': safetensors('fox'),
    '.civitai.info': '{"id":"seventy","name":5,"baseModel":"SDXL 1.0"}',
    '.json': 'not JSON',
  })
  assert.deepEqual(
    claims.map(({ baseModel, problems: own }) => [baseModel, own.map(({ field }) => field)]),
    [
      ['SDXL 1.0', ['id', 'name']],
      [undefined, ['']],
    ],
  )
  assert.deepEqual(problems, [], 'they are among the claims’ own')
})

test('a sidecar of any kind is read by its byte order mark; one whose encoding is uncertain is a problem', async () => {
  const utf16 = (content: string) => Buffer.from(`\uFEFF${content}`, 'utf16le')
  const marked = await read({
    '.safetensors': safetensors('fox'),
    '.civitai.info': utf16('{"id":70,"modelId":7,"name":"狐"}'),
    '.txt': utf16('red 狐').swap16(),
  })
  assert.deepEqual([marked.claims[0]?.versionName, marked.claims[1]?.trainedWords], ['狐', ['red 狐']])
  assert.deepEqual(marked.problems, [])
  const latin1 = (content: string) => Buffer.from(content, 'latin1')
  const sidecars = ['.civitai.info', '.cm-info.json', '.json', '.metadata.json', '.swarm.json', '.txt']
  const unmarked = await read({
    '.safetensors': safetensors('fox'),
    ...Object.fromEntries(sidecars.map((suffix) => [suffix, latin1('{"name":"caf\xe9"}')])),
  })
  assert.deepEqual(modelsOf(unmarked), ['fox.safetensors'])
  assert.deepEqual([unmarked.claims, unmarked.incomplete], [[], false])
  assert.deepEqual(
    unmarked.problems.map(({ path, reason }) => [path, /^is not UTF-8 \(byte 0xE9 at offset 12\)/.test(reason)]),
    sidecars.map((suffix) => [`fox${suffix}`, true]),
  )
})

test('a sidecar with too many values, or nested too deep, costs no model', async () => {
  const wide = await read({ '.safetensors': safetensors('fox'), '.json': `[${'0,'.repeat(1_000_001)}0]` })
  assert.deepEqual(modelsOf(wide), ['fox.safetensors'])
  assert.deepEqual(wide.claims[0]?.problems, [{ field: '', reason: 'Holds more than 1000000 values' }])
  for (const levels of [8000, 200_000]) {
    const meta = `{"prompt":${'['.repeat(levels)}${']'.repeat(levels)}}`
    const info = `{"id":70,"images":[{"url":"https://images.example/1.png","meta":${meta}},{"url":"https://images.example/2.png","meta":{"prompt":"fox"}}]}`
    const deep = await read({ '.safetensors': safetensors('fox'), '.civitai.info': info })
    assert.deepEqual(modelsOf(deep), ['fox.safetensors'])
    assert.deepEqual(
      deep.claims[0]?.images?.map(({ meta: kept }) => kept),
      [undefined, { prompt: 'fox' }],
    )
    assert.match(deep.claims[0]?.problems[0]?.reason ?? '', /nests too much/)
  }
})

test('the thumbnail inside a .swarm.json is the preview where no picture file and no better one is', async () => {
  const png = await picture()
  const data = `data:image/png;base64,${png.toString('base64')}`
  const webp = `data:image/webp;base64,${(await sharp(png).webp().toBuffer()).toString('base64')}`
  const previewsOf = async (spec: object, more: Record<string, Buffer | string> = {}) => {
    const files = { '.safetensors': safetensors('fox'), '.swarm.json': JSON.stringify(spec), ...more }
    const reading = await read(files)
    assert.deepEqual([modelsOf(reading), reading.claims.length], [['fox.safetensors'], 1])
    return reading
  }
  for (const key of ['modelspec.thumbnail', 'thumbnail', 'modelspec.preview_image', 'preview_image'])
    for (const [url, mime] of [
      [data, 'image/png'],
      [webp, 'image/webp'],
    ] as const) {
      const { previews, problems, claims } = await previewsOf({ [key]: url, 'modelspec.title': 'Fox' })
      assert.deepEqual([previews.map(({ owned, mime }) => [owned, mime]), problems], [[[true, mime]], []])
      assert.deepEqual([claims[0]?.modelName, claims[0]?.thumbnail], ['Fox', undefined], 'bytes stay on the thread')
    }
  const beside = await previewsOf({ 'modelspec.thumbnail': data }, { '.preview.png': png })
  assert.deepEqual(
    beside.previews.map(({ path }) => path),
    ['fox.preview.png'],
  )
  const second = await previewsOf({ 'modelspec.thumbnail': '', 'modelspec.preview_image': data })
  assert.equal(second.previews.length, 1)
  for (const value of ['', 'no picture', 5, { a: 1 }, `data:image/png;base64,${'A'.repeat(9_000_000)}`]) {
    const { previews, claims } = await previewsOf({ 'modelspec.thumbnail': value, 'modelspec.title': 'Fox' })
    assert.deepEqual([previews, claims[0]?.modelName], [[], 'Fox'])
  }
  const broken = await previewsOf({ 'modelspec.thumbnail': 'data:image/png;base64,AAAA', 'modelspec.title': 'Fox' })
  assert.deepEqual(
    broken.problems.map(({ path, reason }) => [path, reason.startsWith('its thumbnail cannot be used: ')]),
    [['fox.swarm.json', true]],
  )
  const inHeader = await read({
    '.safetensors': safetensors('fox', { 'modelspec.thumbnail': data }),
    '.swarm.json': '{"modelspec.thumbnail":"data:image/png;base64,AAAA"}',
  })
  assert.equal(inHeader.previews.length, 1, 'the one in the header stands in')
})

test('an image that takes too long is reported, and the rest of its entry is read', async () => {
  const impatient = openEntryReader({ maxImageMilliseconds: 1 })
  try {
    // Decoding so many pixels takes longer than a millisecond on any machine.
    const large = await sharp({
      create: {
        width: 2500,
        height: 2500,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 128, sigma: 30 },
      },
    })
      .png({ compressionLevel: 1 })
      .toBuffer()
    const images = Object.fromEntries(
      ['.preview.png', '.preview.1.png', '.preview.2.png', '.preview.3.png'].map((name) => [name, large]),
    )
    const reading = await read({ '.safetensors': safetensors('fox'), '.txt': 'fox', ...images }, impatient)
    assert.deepEqual([modelsOf(reading), reading.claims.length, reading.previews], [['fox.safetensors'], 1, []])
    assert.equal(reading.problems.length, 3)
    for (const { reason } of reading.problems)
      assert.match(reason, /takes longer than 0.001 s to read, and is left out/)
    assert.match(reading.problems.at(-1)?.reason ?? '', /the other images of its entry are left out, too/)
    const next = await read({ '.safetensors': safetensors('fox') }, impatient)
    assert.deepEqual([modelsOf(next), next.problems], [['fox.safetensors'], []], 'the reader goes on')
  } finally {
    await impatient.close()
  }
})

test('fields of generation data are bounded, and what is cut is reported', async () => {
  const long = 'fox '.repeat(100_000)
  const text = `${long}\nNegative prompt: bad\nSteps: 20, Data: {"a": "${'x'.repeat(300_000)}"}, Seed: 5`
  const { previews, problems } = await read({
    '.safetensors': safetensors('fox'),
    '.preview.png': withPackedText(await picture(), 'parameters', text),
  })
  const { prompt, ...meta } = previews[0]?.meta ?? {}
  assert.equal(String(prompt).length, 200_000)
  assert.deepEqual(meta, { negativePrompt: 'bad', steps: 20, seed: 5 })
  assert.deepEqual(problems, [
    { path: 'fox.preview.png', reason: 'its generation data: prompt is cut to 200000 characters' },
    { path: 'fox.preview.png', reason: 'its generation data: Data is left out' },
  ])
  const images = [{ url: 'https://images.example/1.png', meta: { prompt: long, comfy: `{"a":"${long}"}`, seed: 5 } }]
  const sidecar = await read({ '.safetensors': safetensors('fox'), '.civitai.info': JSON.stringify({ id: 7, images }) })
  assert.deepEqual(Object.keys(sidecar.claims[0]?.images?.[0]?.meta ?? {}), ['prompt', 'seed'])
  assert.deepEqual(sidecar.claims[0]?.problems, [
    { field: 'images[0].meta', reason: 'Generation data: prompt is cut to 200000 characters' },
    { field: 'images[0].meta', reason: 'Generation data: comfy is left out' },
  ])
})

test('a preview that cannot be shown is told of; the others stay, in their order', async () => {
  const png = await picture()
  const { previews, problems } = await read({
    '.safetensors': safetensors('fox'),
    '.preview.png': 'no picture',
    '.png': png,
    '.preview.1.png': png,
  })
  assert.deepEqual(
    previews.map(({ path }) => path),
    ['fox.png', 'fox.preview.1.png'],
  )
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['fox.preview.png'],
  )
})

test('an entry shows forty previews', async () => {
  const png = await picture(2, 2)
  const many = Object.fromEntries(Array.from({ length: 43 }, (_, index) => [`.preview.${index}.png`, png]))
  const { previews, problems } = await read({ '.safetensors': safetensors('fox'), ...many })
  assert.equal(previews.length, 40)
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['fox.preview.40.png'],
  )
})

const withThumbnail = (bytes: Buffer, mediaType = 'image/png') =>
  safetensors('fox', { 'modelspec.thumbnail': `data:${mediaType};base64,${bytes.toString('base64')}` })

test('a thumbnail in a header is kept where there is no preview, by its real format, and written once', async () => {
  const png = await picture()
  const place = await placeOf({ '.safetensors': withThumbnail(png, 'image/jpeg') })
  const { models, previews, problems } = await reader.read(place)
  const name = `${createHash('sha256').update(png).digest('hex').slice(0, 32)}.png`
  const { mtimeMs, ...preview } = previews[0] ?? assert.fail('there is no preview')
  assert.deepEqual([preview.path, preview.owned, preview.sizeBytes, preview.width], [name, true, png.length, 30])
  assert.deepEqual(problems, [])
  assert.equal(models[0]?.header?.spec?.thumbnail, undefined, 'its bytes stay on the thread')
  assert.deepEqual(await readdir(place.ownedFolder), [name])

  const written = join(place.ownedFolder, name)
  assert.equal(mtimeMs, Math.floor((await stat(written)).mtimeMs))
  await utimes(written, 1_700_000_000, 1_700_000_000)
  const again = await reader.read(place)
  assert.equal(again.previews[0]?.mtimeMs, 1_700_000_000_000, 'it was not written again')
  await writeFile(written, 'cut off')
  assert.equal((await reader.read(place)).previews[0]?.sizeBytes, png.length)
})

test('a thumbnail is of no use beside a preview', async () => {
  const place = await placeOf({ '.safetensors': withThumbnail(await picture(9, 9)), '.png': await picture() })
  const { previews } = await reader.read(place)
  assert.deepEqual(
    previews.map(({ path }) => path),
    ['fox.png'],
  )
  await assert.rejects(stat(place.ownedFolder), { code: 'ENOENT' })
})

test('a thumbnail that cannot be kept, or is no picture, costs nothing else', async () => {
  const place = await placeOf({ '.safetensors': withThumbnail(await picture()) })
  const file = join(place.root, 'file')
  await writeFile(file, '')
  const unkept = await reader.read({ ...place, ownedFolder: join(file, 'images') })
  assert.deepEqual([modelsOf(unkept), unkept.previews, unkept.incomplete], [['fox.safetensors'], [], true])
  const broken = await read({ '.safetensors': withThumbnail(Buffer.from('no picture')) })
  assert.deepEqual([modelsOf(broken), broken.previews, broken.incomplete], [['fox.safetensors'], [], false])
  for (const { problems } of [unkept, broken])
    assert.deepEqual(
      problems.map(({ path, reason }) => [path, reason.startsWith('the thumbnail in its header')]),
      [['fox.safetensors', true]],
    )
})

test('a file that takes too much memory ends the thread, and the next entry is read', async () => {
  const small = openEntryReader({ memoryMegabytes: 24 })
  try {
    const tensors = Array.from({ length: 150_000 }, (_, index) => [
      `tensor ${index}`,
      { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
    ])
    const hostile = await placeOf({
      '.safetensors': withHeader(JSON.stringify(Object.fromEntries(tensors))),
      '.pt': 'x',
    })
    const sound = await placeOf({ '.safetensors': safetensors('fox') })
    const [dead, alive] = await Promise.all([small.read(hostile), small.read(sound)])
    assert.deepEqual([dead.models, dead.claims, dead.previews], [[], [], []])
    assert.deepEqual(
      dead.problems.map(({ path, reason }) => [path, reason.includes('memory')]),
      [
        ['fox.safetensors', true],
        ['fox.pt', true],
      ],
    )
    assert.deepEqual([modelsOf(alive), alive.problems], [['fox.safetensors'], []])
  } finally {
    await small.close()
  }
})

test('entries are answered in the order they were asked for', async () => {
  const places = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => placeOf({ '.ckpt': 'x', '.txt': `word ${index}` })),
  )
  const order: (string | undefined)[] = []
  await Promise.all(places.map(async (place) => order.push((await reader.read(place)).claims[0]?.trainedWords?.[0])))
  assert.deepEqual(
    order,
    places.map((_, index) => `word ${index}`),
  )
})
