import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { openImageDelivery } from '../blobs/image-delivery.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { media } from './media.ts'

type Pictures = LibraryFixture & {
  /** Puts an image into the folder and the catalog; gives the address up to the transforms. */
  put(name: string, bytes: Buffer, row?: { mime?: string; type?: 'image' | 'video' }): Promise<string>
}

const withPictures = (run: (pictures: Pictures) => Promise<void>) =>
  withLibrary(
    {
      endpoints: [media],
      more: async ({ database, outside }) => ({
        imageDelivery: await openImageDelivery({
          database,
          ownedFolder: join(outside, 'owned'),
          cacheDirectory: join(outside, 'image-cache'),
          cacheBytes: 10_000_000,
        }),
      }),
    },
    async (library) => {
      const put: Pictures['put'] = async (name, bytes, { mime = 'image/png', type = 'image' } = {}) => {
        const file = join(library.folder, name)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, bytes)
        const { size, mtimeMs } = await stat(file)
        const uuid = randomUUID()
        const image = { uuid, folder_id: 1, path: name, mime, type, size_bytes: size, mtime_ms: Math.floor(mtimeMs) }
        await library.addModel({ versions: [{ images: [image] }] })
        return `/media/${uuid}`
      }
      await run({ ...library, put })
    },
  )

const gradient = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 200, g: 30, b: 90, alpha: 0.5 } } })
const read = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('an original is served in place, byte for byte, for ever', () =>
  withPictures(async ({ put, request }) => {
    const bytes = await gradient(900, 600).png().toBuffer()
    const base = await put('a.preview.png', bytes)
    const answer = await request(`${base}/original=true/5.png`)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(answer.headers.get('content-disposition'), null)
    assert.ok((await read(answer)).equals(bytes))
    const known = await request(`${base}/original=true/5.png`, {
      headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
    })
    assert.equal(known.status, 304)
  }))

test('a width gives an image of that width, and never a larger one than the source', () =>
  withPictures(async ({ put, request }) => {
    const base = await put('a.jpeg', await gradient(900, 600).jpeg().toBuffer(), { mime: 'image/jpeg' })
    const sizeOf = async (transforms: string) => {
      const answer = await request(`${base}/${transforms}/5.jpeg`)
      assert.equal(answer.headers.get('content-type'), 'image/jpeg')
      const { width, height, format } = await sharp(await read(answer)).metadata()
      assert.equal(format, 'jpeg')
      return `${width}x${height}`
    }
    assert.equal(await sizeOf('width=450'), '450x300')
    assert.equal(await sizeOf('anim=false,width=449,optimized=true'), '450x300')
    assert.equal(await sizeOf('height=96'), '144x96')
    assert.equal(await sizeOf('width=96,height=96,fit=cover'), '96x96')
    assert.equal(await sizeOf('width=96,height=96'), '96x64')
    assert.equal(await sizeOf('width=2200'), '900x600')
    assert.equal(await sizeOf('blur=20'), '900x600')
  }))

test('a rendered image carries no metadata, is upright, and keeps its transparency', () =>
  withPictures(async ({ put, request }) => {
    const photo = await gradient(600, 400)
      .withExif({ IFD0: { ImageDescription: 'a secret prompt' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const upright = await read(await request(`${await put('p.jpg', photo, { mime: 'image/jpeg' })}/width=320/1.jpeg`))
    const seen = await sharp(upright).metadata()
    assert.equal(seen.exif, undefined)
    assert.deepEqual([seen.width, seen.height], [320, 480])

    const clear = await request(`${await put('c.png', await gradient(600, 400, 4).png().toBuffer())}/width=320/1.png`)
    assert.equal(clear.headers.get('content-type'), 'image/png')
    assert.ok((await sharp(await read(clear)).metadata()).hasAlpha)
    const opaque = await request(`${await put('o.png', await gradient(600, 400).png().toBuffer())}/width=320/1.png`)
    assert.equal(opaque.headers.get('content-type'), 'image/jpeg')
  }))

test('an animation stays one, unless the address asks for a still', () =>
  withPictures(async ({ put, request }) => {
    const frames = await Promise.all(
      [10, 200].map((r) =>
        sharp({ create: { width: 500, height: 300, channels: 3, background: { r, g: 0, b: 0 } } })
          .png()
          .toBuffer(),
      ),
    )
    const film = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    const base = await put('film.gif', film, { mime: 'image/gif' })
    const pagesOf = async (transforms: string) => {
      const answer = await request(`${base}/${transforms}/1.gif`)
      assert.equal(answer.headers.get('content-type'), 'image/webp')
      const { width, pages = 1, pageHeight, height } = await sharp(await read(answer)).metadata()
      return [width, pageHeight ?? height, pages]
    }
    assert.deepEqual(await pagesOf('width=320'), [320, 192, 2])
    assert.deepEqual(await pagesOf('width=320,anim=false'), [320, 192, 1])
  }))

test('a video is served as it is, in ranges', () =>
  withPictures(async ({ put, request }) => {
    const bytes = Buffer.from('not really a film, but served as one')
    const base = await put('v.mp4', bytes, { mime: 'video/mp4', type: 'video' })
    const answer = await request(`${base}/width=450/1.mp4`, { headers: { range: 'bytes=4-9' } })
    assert.equal(answer.status, 206)
    assert.equal(answer.headers.get('content-type'), 'video/mp4')
    assert.ok((await read(answer)).equals(bytes.subarray(4, 10)))
  }))

test('what cannot be decoded, is too large, or is a program in disguise, is not rendered', () =>
  withPictures(async ({ put, request }) => {
    const huge = Buffer.from(await gradient(64, 64).png().toBuffer())
    huge.writeUInt32BE(60_000, 16)
    huge.writeUInt32BE(60_000, 20)
    const sources = {
      'garbage.png': Buffer.from('this is no image'),
      'script.png': Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"><script>1</script></svg>',
      ),
      'huge.png': huge,
      'empty.png': Buffer.alloc(0),
    }
    for (const [name, bytes] of Object.entries(sources)) {
      const answer = await request(`${await put(name, bytes)}/width=96/1.png`)
      assert.equal(answer.status, 200, name)
      assert.equal(answer.headers.get('content-type'), 'image/png', name)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      assert.ok((await read(answer)).equals(bytes), name)
    }
    const svg = await put('a.svg', Buffer.from('<svg/>'), { mime: 'image/svg+xml' })
    assert.equal((await request(`${svg}/original=true/1.svg`)).status, 404)
  }))

test('unknown images, changed ones and links out of the library are not served', () =>
  withPictures(async ({ put, request, folder, outside }) => {
    const unknown = await request(`/media/${randomUUID()}/width=450/1.png`)
    assert.equal(unknown.status, 404)
    assert.deepEqual(await unknown.json(), { error: 'Image not found' })
    assert.doesNotMatch(unknown.headers.get('cache-control') ?? '', /public|immutable/)
    const base = await put('a.png', await gradient(100, 100).png().toBuffer())
    await utimes(join(folder, 'a.png'), 1, 1)
    assert.equal((await request(`${base}/width=96/1.png`)).status, 503)
    await writeFile(join(outside, 'private.png'), 'secret')
    await mkdir(join(folder, 'sub'))
    await symlink(outside, join(folder, 'sub', 'up'))
    assert.equal(
      (await request(`${await put('sub/up/private.png', Buffer.from('secret'))}/original=true/1.png`)).status,
      404,
    )
  }))

test('thousands of different addresses of an image leave a bounded number of files, and none twice', () =>
  withPictures(async ({ put, request, outside }) => {
    const base = await put('a.png', await gradient(300, 200).png().toBuffer())
    const ask = async (from: number) =>
      Promise.all(
        Array.from(
          { length: 100 },
          async (_, index) => (await request(`${base}/width=${from + index},x=${index}/1.png`)).status,
        ),
      )
    assert.deepEqual(new Set([...(await ask(97)), ...(await ask(197))]), new Set([200]))
    assert.equal((await readdir(join(outside, 'image-cache'))).length, 1)
  }))

test('HEAD has the headers of its GET', () =>
  withPictures(async ({ put, request }) => {
    const base = await put('a.png', await gradient(700, 200).png().toBuffer())
    const get = await request(`${base}/width=320/1.png`)
    const head = await request(`${base}/width=320/1.png`, { method: 'HEAD' })
    for (const name of ['content-length', 'content-type', 'etag', 'cache-control'])
      assert.equal(head.headers.get(name), get.headers.get(name))
    await read(get)
  }))
