import { createHash } from 'node:crypto'
import type { SidecarKind } from './sidecars/claim.ts'
import { sidecarSuffixes } from './sidecars/sidecar-files.ts'
import type { FoundFile } from './walk.ts'

/** What shares one stem in one directory. */
export interface EntryFiles {
  /** Path of the stem, relative to the library folder. */
  stem: string
  /** The file that gives the entry its identity first. */
  models: FoundFile[]
  sidecars: { kind: SidecarKind; file: FoundFile }[]
  /** In the order they are shown. */
  previews: FoundFile[]
  /** Changes when any of the files does. */
  fingerprint: string
  /** The newest change among them, Unix milliseconds. */
  changedAt: number
}

const modelExtensions = ['.safetensors', '.ckpt', '.pt', '.pth', '.bin', '.gguf', '.onnx', '.zip']
const previewExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.mp4', '.webm']
const unfinished = /\.(part|crdownload|tmp|partial|download)$/i

/**
 * Groups the files of one directory by stem. Left out are files that are still being fetched (`.part`, an `.aria2`
 * beside), and whatever lies beside no model, except sidecars that speak of a file that was here: those that tell an
 * identity, and any beside one of the stems that are `known`.
 */
export function groupEntries(files: readonly FoundFile[], known: ReadonlySet<string> = new Set()): EntryFiles[] {
  const names = new Set(files.map(({ path }) => path.toLowerCase()))
  const whole = files.filter(({ path }) => !unfinished.test(path) && !names.has(`${path.toLowerCase()}.aria2`))
  const modelStems = new Set(whole.flatMap(({ path }) => modelStem(path) ?? []))
  const parts = Map.groupBy(
    whole.flatMap((file) => partOf(file, modelStems)),
    ({ stem }) => stem,
  )
  const entries: EntryFiles[] = []
  for (const [stem, group] of parts) {
    const models = group.filter(({ role }) => role === 'model').map(({ file }) => file)
    const configs = models.length > 0 ? group.filter(({ role }) => role === 'config').map(({ file }) => file) : []
    const sidecars = group.flatMap(({ file, sidecar }) => (sidecar ? [{ kind: sidecar, file }] : []))
    const speaks = sidecars.some(({ kind }) => identityKinds.has(kind) || known.has(stem))
    if (models.length === 0 && !speaks) continue
    const previews = group.filter(({ role }) => role === 'preview').map(({ file }) => file)
    const all = [...models, ...configs, ...sidecars.map(({ file }) => file), ...previews]
    entries.push({
      stem,
      models: [...models.toSorted((a, b) => modelRank(a) - modelRank(b)), ...configs],
      sidecars,
      previews: previews.toSorted((a, b) => previewRank(a) - previewRank(b) || (a.path < b.path ? -1 : 1)),
      fingerprint: fingerprintOf(all),
      changedAt: Math.max(...all.map(({ mtimeMs }) => mtimeMs)),
    })
  }
  return entries
}

const identityKinds = new Set<SidecarKind>(['civitai-info', 'metadata-json', 'cm-info'])

interface Part {
  file: FoundFile
  stem: string
  role: 'model' | 'config' | 'sidecar' | 'preview'
  sidecar?: SidecarKind
}

/** `x.vae.pt` belongs to the model `x`. */
function modelStem(path: string): string | undefined {
  const model = modelExtensions.find((extension) => path.toLowerCase().endsWith(extension))
  return model && path.slice(0, -model.length).replace(/\.vae$/i, '')
}

/** `modelStems` decide where a name could be read in two ways: `x.preview.png` may lie beside a model `x.preview`. */
function partOf(file: FoundFile, modelStems: ReadonlySet<string>): Part[] {
  const { path } = file
  const lower = path.toLowerCase()
  const stem = modelStem(path)
  if (stem !== undefined) return [{ file, stem, role: 'model' }]
  const sidecars = sidecarSuffixes
    .filter(({ suffix }) => lower.endsWith(suffix))
    .map(({ suffix, kind }): Part => ({ file, stem: path.slice(0, -suffix.length), role: 'sidecar', sidecar: kind }))
  const sidecar = sidecars.find((part) => modelStems.has(part.stem)) ?? sidecars[0]
  if (sidecar) return [sidecar]
  const preview = previewExtensions.find((extension) => lower.endsWith(extension))
  if (preview) {
    const base = path.slice(0, -preview.length)
    const shown = modelStems.has(base) ? base : base.replace(/\.(preview|thumb)(\.\d{1,3})?$/i, '')
    return [{ file, stem: shown, role: 'preview' }]
  }
  return lower.endsWith('.yaml') ? [{ file, stem: path.slice(0, -'.yaml'.length), role: 'config' }] : []
}

/** Whether a path of an entry's models is that of a config, such as the `.yaml` of a checkpoint. */
export const isConfig = (path: string): boolean => /\.ya?ml$/i.test(path)

const isVae = (path: string) => /\.vae\.[a-z]+$/i.test(path)
/** Headers tell most, so safetensors speak first; a VAE beside a model is never what the entry is. */
const modelRank = ({ path }: FoundFile) =>
  (isVae(path) ? 100 : 0) + modelExtensions.findIndex((extension) => path.toLowerCase().endsWith(extension))

/** `x.preview.png`, then `x.png`, then `x.preview.1.png` and on, thumbnails last. */
function previewRank({ path }: FoundFile): number {
  const numbered = /\.preview\.(\d{1,3})\.[a-z0-9]+$/i.exec(path)
  if (numbered) return 10 + Number(numbered[1])
  if (/\.preview\.[a-z0-9]+$/i.test(path)) return 0
  return /\.thumb(\.\d+)?\.[a-z0-9]+$/i.test(path) ? 2000 : 1
}

function fingerprintOf(files: readonly FoundFile[]): string {
  const hash = createHash('sha256')
  for (const { path, sizeBytes, mtimeMs, inode } of files) hash.update(`${path}\0${sizeBytes}\0${mtimeMs}\0${inode}\n`)
  return hash.digest('base64url')
}
