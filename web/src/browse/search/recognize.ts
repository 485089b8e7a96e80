/** What a text that somebody pasted names. */
export type Named =
  | { kind: 'model'; modelId: number; versionId?: number }
  | { kind: 'version'; versionId: number }
  | { kind: 'image'; imageId: number }
  | { kind: 'creator'; username: string }
  | { kind: 'tag'; tag: string }
  /** Of a file, in capitals. `certain` when it was marked as a hash: else its letters may be meant as words. */
  | { kind: 'hash'; hash: string; certain: boolean }

/**
 * Recognises an address of the site that the API comes from or of a hub, an AIR, or a hash of a file; undefined when
 * the text is none of them, and to be searched for. `hubHost` is the host of the page, with its port.
 */
export function recognize(text: string, hubHost: string): Named | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > longest) return undefined
  return readHash(trimmed) ?? readAir(trimmed) ?? readAddress(trimmed, hubHost)
}

const longest = 2000

/** Lengths of AutoV1 and CRC32, AutoV2, AutoV3, SHA256 and BLAKE3. */
const hashPattern =
  /^(?<mark>(?:sha-?256|blake3|autov[123]|crc32)\s*[:=]\s*)?(?:0x)?(?<hash>[\da-f]{64}|[\da-f]{12}|[\da-f]{10}|[\da-f]{8})$/i

function readHash(text: string): Named | undefined {
  const { mark, hash } = hashPattern.exec(text)?.groups ?? {}
  if (hash === undefined) return undefined
  return { kind: 'hash', hash: hash.toUpperCase(), certain: mark !== undefined || hash.length === 64 }
}

/** Contract of the AIR: prefixes may be missing, and other sources than `civitai` mean nothing here. */
const airPattern =
  /^(?:urn:)?(?:air:)?(?:[\w\-/]+:){0,2}civitai:(?<model>\d+)(?:@(?<version>\d+))?(?:\+\d+)?(?:\.[\w-]+)?$/i

function readAir(text: string): Named | undefined {
  const { model, version } = airPattern.exec(text)?.groups ?? {}
  return modelOf(model, version)
}

function readAddress(text: string, hubHost: string): Named | undefined {
  const address = parsed(text, hubHost)
  if (!address) return undefined
  const { hostname, pathname, searchParams } = address
  // Pictures have hosts of their own, and an id as the name of the file.
  const image = /^image\w*\./.test(hostname) || pathname.startsWith('/media/')
  if (image) return imageOf(/\/(\d+)\.\w{2,5}$/.exec(pathname)?.[1])
  for (const [pattern, read] of paths) {
    const found = pattern.exec(pathname)
    if (found?.[1] !== undefined) return read(decoded(found[1]), searchParams)
  }
  return undefined
}

/** Only addresses of the site, under any of its names, and of the hub itself, with or without the scheme. */
function parsed(text: string, hubHost: string): URL | undefined {
  if (/\s/.test(text)) return undefined
  const withScheme = text.startsWith('/')
    ? `http://${hubHost}${text}`
    : /^https?:\/\//i.test(text)
      ? text
      : `https://${text}`
  const address = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  const { host, hostname } = address ?? {}
  const isOfSite = hostname !== undefined && /(?:^|\.)civitai\.(?:com|red|green|work)$/.test(hostname)
  return isOfSite || host === hubHost.toLowerCase() ? address : undefined
}

type Read = (part: string, search: URLSearchParams) => Named | undefined

const versionOf: Read = (part) => {
  const versionId = idOf(part)
  return versionId === undefined ? undefined : { kind: 'version', versionId }
}

const paths: readonly (readonly [RegExp, Read])[] = [
  [/^\/(?:api\/v1\/)?models\/(\d+)(?:\/|$)/i, (part, search) => modelOf(part, search.get('modelVersionId'))],
  [/^\/(?:api\/v1\/)?model-versions\/(\d+)\/?$/i, versionOf],
  [/^\/api\/v1\/model-versions\/mini\/(\d+)\/?$/i, versionOf],
  [/^\/api\/download\/(?:models|training-data)\/(\d+)\/?$/i, versionOf],
  [/^\/api\/v1\/model-versions\/by-hash\/([\da-f]+)\/?$/i, (part) => readHash(part)],
  [/^\/images\/(\d+)\/?$/i, (part) => imageOf(part)],
  [/^\/user\/([^/]+)(?:\/(?:models|images|posts|videos)?)?$/i, (username) => ({ kind: 'creator', username })],
  [/^\/tag\/([^/]+)\/?$/i, (tag) => ({ kind: 'tag', tag })],
]

function modelOf(model: string | undefined, version: string | null | undefined): Named | undefined {
  const modelId = idOf(model)
  if (modelId === undefined) return undefined
  const versionId = idOf(version ?? undefined)
  return { kind: 'model', modelId, ...(versionId !== undefined && { versionId }) }
}

function imageOf(id: string | undefined): Named | undefined {
  const imageId = idOf(id)
  return imageId === undefined ? undefined : { kind: 'image', imageId }
}

/** Ids are 32 bits wide; anything beyond is none. */
function idOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const id = Number(text)
  return id > 0 && id < 2 ** 31 ? id : undefined
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
