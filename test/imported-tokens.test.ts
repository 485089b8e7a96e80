import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import sharp from 'sharp'
import { videoTitled, withComment, withUserComment } from '../src/library/images/images-with-text.fixture.ts'
import { civitaiInfo, safetensors } from '../src/library/library.fixture.ts'
import { withText } from '../src/sample-library/png.ts'
import { findTokenTexts } from '../src/token-scan/find-tokens.ts'
import { startHub } from './conformance/hub.ts'

/*
 * Tokens of the hub that stand in what it imports: in sidecars, pictures, headers and names. Whatever is asked, no answer has them, and
 * neither has the database; their owner is told where they stand.
 */

const hub = await startHub({ accounts: ['maria'] })
after(() => hub.close())

const ids = { modelId: 880_001, versionId: 880_002 }
const entry = 'shared/fox'

async function put(path: string, content: Uint8Array | string): Promise<void> {
  const absolute = join(hub.folder, path)
  await mkdir(dirname(absolute), { recursive: true })
  await writeFile(absolute, content)
  const hourAgo = Date.now() / 1000 - 3600
  await utimes(absolute, hourAgo, hourAgo)
}

const drawn = (background: string) => sharp({ create: { width: 64, height: 48, channels: 3, background } })
const scan = async () =>
  JSON.parse(await hub.command('scan', hub.folder, '--json')) as { problems: { path: string; reason: string }[] }

async function warnings(name: string): Promise<{ kind: string; place: string }[]> {
  const list = JSON.parse(await hub.command('token', 'list', '--user', 'maria', '--json')) as {
    name: string
    warnings: { kind: string; place: string }[]
  }[]
  return list.find((token) => token.name === name)?.warnings ?? []
}

/** An answer with this in it would give the token away, in whichever letters. */
function assertNowhere(secret: string, bytes: Buffer, where: string): void {
  for (const encoded of [Buffer.from(secret), Buffer.from(secret, 'utf16le'), Buffer.from(secret, 'utf16le').swap16()])
    assert.equal(bytes.indexOf(encoded), -1, where)
}

test('a token in what is imported is in no answer and not in the database; its owner is told where it stands', async () => {
  const names = ['info', 'notes', 'header', 'workflow', 'comment', 'gif', 'video', 'name']
  const tokens = new Map<string, string>()
  for (const name of names) tokens.set(name, await hub.createToken('maria', '--name', name))
  const of = (name: string) => tokens.get(name) ?? assert.fail(name)
  const wrong = `${of('info').slice(0, -1)}${of('info').endsWith('A') ? 'B' : 'A'}`

  const model = safetensors('fox', {
    ss_training_comment: `pushed with ${of('header')}`,
    'modelspec.description': of('header'),
  })
  const prompt = `a fox, ${of('info')}`
  await put(`${entry}.safetensors`, model)
  await put(
    `${entry}.civitai.info`,
    civitaiInfo(ids, model, {
      description: `<p>curl -H "Authorization: Bearer ${of('info')}" <a href="https://a.example/?token=${of('info')}">here</a> ${wrong}</p>`,
      trainedWords: [of('info'), 'fox'],
      images: [
        {
          url: `https://a.example/1.png?token=${of('info')}`,
          type: 'image',
          meta: { prompt, extra: { deep: [of('info')] } },
        },
      ],
      model: { name: `Fox ${of('info')}`, type: 'LORA', nsfw: false, tags: ['fox', of('info')] },
    }),
  )
  await put(`${entry}.txt`, `Downloaded with https://a.example/?token=${of('notes')}.\nTwo lines.`)
  const workflow = JSON.stringify({
    1: { class_type: 'CLIPTextEncode', inputs: { text: `a fox ${of('workflow')}` } },
    2: { class_type: 'KSampler', inputs: { positive: ['1', 0], seed: 7, steps: 20 } },
  })
  await put(`${entry}.preview.png`, withText(await drawn('red').png().toBuffer(), 'prompt', workflow))
  await put(
    `${entry}.preview.1.jpg`,
    withUserComment(await drawn('green').jpeg().toBuffer(), `${of('comment')}\nSteps: 20, Seed: 8`),
  )
  await put(`${entry}.preview.2.gif`, withComment(await drawn('blue').gif().toBuffer(), 'x'.repeat(250) + of('gif')))
  await put(`${entry}.preview.3.webm`, videoTitled(of('video')))
  await put(`${entry}.preview.4.png`, withText(await drawn('white').png().toBuffer(), 'parameters', 'a fox\nSteps: 9'))
  await put(`shared/get ${of('name')}.safetensors`, safetensors('other'))

  const { problems } = await scan()
  const places = async (name: string) => (await warnings(name)).map(({ kind, place }) => `${kind} ${place}`)
  assert.deepEqual(await places('info'), [`found ${entry}.civitai.info`])
  assert.deepEqual(await places('notes'), [`found ${entry}.txt`])
  assert.deepEqual(await places('header'), [`found ${entry}.safetensors`])
  assert.deepEqual(await places('workflow'), [`found ${entry}.preview.png`])
  assert.deepEqual(await places('comment'), [`found ${entry}.preview.1.jpg`])
  assert.deepEqual(await places('gif'), [`found ${entry}.preview.2.gif`])
  assert.deepEqual(await places('video'), [`found ${entry}.preview.3.webm`])
  assert.deepEqual(await places('name'), [`found shared/get mk_…${of('name').slice(-4)}.safetensors`])
  assert.ok(problems.some(({ path, reason }) => path.endsWith('.webm') && reason.includes('token')))

  const images = JSON.parse(
    (await hub.ask(`/api/v1/images?modelId=${ids.modelId}&withMeta=true&nsfw=X`)).body.toString(),
  ) as {
    items: { url: string; meta: { prompt?: string } | null }[]
  }
  assert.equal(images.items.length, 4)
  const [{ fileId }] = hub.rows('select id as fileId from model_file where version_id = ?', ids.versionId) as [
    { fileId: number },
  ]
  const [{ other }] =
    hub.rows(`select model_id as other from model_version join model_file on version_id = model_version.id
    where model_file.name like 'get mk_%'`) as [{ other: number }]
  const targets = [
    '/api/v1/models?limit=100&nsfw=true',
    `/api/v1/models/${ids.modelId}`,
    `/api/v1/models/${other}`,
    `/api/v1/model-versions/${ids.versionId}`,
    `/api/v1/images?modelId=${ids.modelId}&withMeta=true&nsfw=X`,
    `/api/v1/model-files/${fileId}/metadata`,
    `/api/v1/model-files/${fileId}/tensor-metadata`,
    '/api/v1/tags?limit=200',
    ...images.items.flatMap(({ url }) => [url, url.replace('original=true', 'width=96')]),
  ]
  for (const target of targets) {
    const { status, body } = await hub.ask(target)
    assert.equal(status, 200, target)
    for (const name of names) assertNowhere(of(name), body, `${name} in ${target}`)
    assert.deepEqual(findTokenTexts(body), [], target)
    assertNowhere(wrong, body, target)
  }
  const database = (await readdir(hub.data)).filter((name) => name.startsWith('modelkeep.db'))
  assert.ok(database.length >= 2)
  for (const file of database) {
    const bytes = await readFile(join(hub.data, file))
    for (const name of names.filter((one) => one !== 'name')) assertNowhere(of(name), bytes, `${name} in ${file}`)
    assertNowhere(wrong, bytes, file)
  }
  const page = (await hub.ask(`/api/v1/models/${ids.modelId}`)).body.toString()
  assert.ok(page.includes(`mk_…${of('info').slice(-4)}`) && page.includes(`mk_…${wrong.slice(-4)}`))

  const originals = images.items.map(({ url }) => hub.ask(url.replace(/\/[^/]+\/([^/]+)$/, '/original=true/$1')))
  const formats = await Promise.all(
    (await Promise.all(originals)).map(async ({ body }) => (await sharp(body).metadata()).format),
  )
  assert.deepEqual(formats.toSorted(), ['gif', 'jpeg', 'png', 'png'])
  const untouched = await readFile(join(hub.folder, `${entry}.preview.4.png`))
  assert.ok(
    (await Promise.all(originals)).some(({ body }) => body.equals(untouched)),
    'an image without a token is as it was',
  )

  const download = await hub.ask(`/api/download/models/${ids.versionId}`)
  const { body } = await hub.ask(download.headers.location ?? '')
  assert.equal(createHash('sha256').update(body).digest('hex'), createHash('sha256').update(model).digest('hex'))
})
