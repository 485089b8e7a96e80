import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path/posix'
import { isGenericName, setPath } from '../sets/part-names.ts'
import { componentRank } from '../sets/pipelines.ts'
import type { SidecarKind } from '../sidecars/claim.ts'
import { sidecarSuffixes } from '../sidecars/sidecar-files.ts'
import type { FoundFile } from '../watch/walk.ts'

/** Files that share one stem in one directory, the parts of a set among them, or the components of a pipeline folder. */
export interface EntryFiles {
  /** Path of the stem, relative to the library folder. */
  stem: string
  /** The file that gives the entry its identity first. */
  models: FoundFile[]
  sidecars: { kind: SidecarKind; file: FoundFile }[]
  /** In the order they are shown. */
  previews: FoundFile[]
  /** Whether it is a folder of diffusers with a file for each component. */
  isPipeline: boolean
  /** Changes when any of the files does. */
  fingerprint: string
  /** The newest change among them, Unix milliseconds. */
  changedAt: number
}

const modelExtensions = ['.safetensors', '.ckpt', '.pt', '.pth', '.bin', '.gguf', '.onnx', '.zip']
const previewExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.mp4', '.webm']
const unfinished = /\.(part|crdownload|tmp|partial|download)$/i

/**
 * Groups the files of one directory by stem; the parts of a set share the stem of the set. Left out are files that are still
 * being fetched (`.part`, an `.aria2` next to it), and whatever lies next to no model, except sidecars that speak of a file
 * that was here: those that tell an identity, and any next to one of the stems that are `known`. The files of a `pipeline`'s
 * components, which lie in folders below, are one entry with the sidecars and previews of its index.
 */
export function groupEntries(
  files: readonly FoundFile[],
  known: ReadonlySet<string> = new Set(),
  pipeline?: { index: FoundFile; files: readonly FoundFile[] },
): EntryFiles[] {
  const whole = finished(files).filter((file) => file !== pipeline?.index)
  const components = finished(pipeline?.files ?? []).filter(({ path }) => modelStem(path) !== undefined)
  const pipelineStem = pipeline && components.length > 0 ? pipeline.index.path.replace(/\.json$/, '') : undefined
  const modelStems = new Set(whole.flatMap(({ path }) => modelStem(path) ?? []))
  if (pipelineStem !== undefined) modelStems.add(pipelineStem)
  const parts = Map.groupBy(
    whole.flatMap((file) => partOf(file, modelStems)),
    ({ stem }) => stem,
  )
  if (pipelineStem !== undefined && !parts.has(pipelineStem)) parts.set(pipelineStem, [])
  const entries: EntryFiles[] = []
  for (const [stem, group] of parts) {
    const isPipeline = stem === pipelineStem
    const own = group.filter(({ role }) => role === 'model').map(({ file }) => file)
    const models = isPipeline ? [...components, ...own] : own
    const configs = models.length > 0 ? group.filter(({ role }) => role === 'config').map(({ file }) => file) : []
    const sidecars = group.flatMap(({ file, sidecar }) => (sidecar ? [{ kind: sidecar, file }] : []))
    const speaks = sidecars.some(({ kind }) => identityKinds.has(kind) || known.has(stem))
    if (models.length === 0 && !speaks) continue
    const previews = group.filter(({ role }) => role === 'preview').map(({ file }) => file)
    const all = [...models, ...configs, ...sidecars.map(({ file }) => file), ...previews]
    if (isPipeline && pipeline) all.push(pipeline.index)
    entries.push({
      stem,
      models: [...models.toSorted(isPipeline ? inPipeline : bySpeaking), ...configs],
      sidecars,
      previews: previews.toSorted((a, b) => previewRank(a) - previewRank(b) || (a.path < b.path ? -1 : 1)),
      isPipeline,
      fingerprint: fingerprintOf(all),
      changedAt: Math.max(...all.map(({ mtimeMs }) => mtimeMs)),
    })
  }
  return entries
}

/** Files that are not still being fetched. */
function finished(files: readonly FoundFile[]): FoundFile[] {
  const names = new Set(files.map(({ path }) => path.toLowerCase()))
  return files.filter(({ path }) => !unfinished.test(path) && !names.has(`${path.toLowerCase()}.aria2`))
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
  const extension = modelExtension(path)
  return extension && setPath(path.slice(0, -extension.length).replace(/\.vae$/i, ''))
}

export function modelExtension(path: string): string | undefined {
  const lower = path.toLowerCase()
  return modelExtensions.find((extension) => lower.endsWith(extension))
}

/**
 * The stem that a sidecar or a preview named `stem` belongs to: its own, that of the set whose part or index it is named after,
 * or the one set of the folder that it is named after.
 */
function ownerStem(stem: string, modelStems: ReadonlySet<string>): string {
  if (modelStems.has(stem)) return stem
  const ofSet = setPath(stem.replace(/(?:\.[a-z]{2,12})?\.index$/i, ''))
  if (modelStems.has(ofSet)) return ofSet
  const directory = dirname(stem)
  if (basename(stem) !== basename(directory)) return stem
  const generic = [...modelStems].filter((other) => dirname(other) === directory && isGenericName(basename(other)))
  return generic.length === 1 && generic[0] !== undefined ? generic[0] : stem
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
    .map((part) => ({ ...part, stem: ownerStem(part.stem, modelStems) }))
  const sidecar = sidecars.find((part) => modelStems.has(part.stem)) ?? sidecars[0]
  if (sidecar) return [sidecar]
  const preview = previewExtensions.find((extension) => lower.endsWith(extension))
  if (preview) {
    const base = path.slice(0, -preview.length)
    const shown = modelStems.has(base) ? base : base.replace(/\.(preview|thumb)(\.\d{1,3})?$/i, '')
    return [{ file, stem: ownerStem(shown, modelStems), role: 'preview' }]
  }
  return lower.endsWith('.yaml') ? [{ file, stem: path.slice(0, -'.yaml'.length), role: 'config' }] : []
}

/** Whether a path of an entry's models is that of a config, such as the `.yaml` of a checkpoint. */
export const isConfig = (path: string): boolean => /\.ya?ml$/i.test(path)

const isVae = (path: string) => /\.vae\.[a-z]+$/i.test(path)
/** Headers tell most, so safetensors speak first; a VAE beside a model is never what the entry is. */
const modelRank = ({ path }: FoundFile) => (isVae(path) ? 100 : 0) + modelExtensions.indexOf(modelExtension(path) ?? '')

const bySpeaking = (a: FoundFile, b: FoundFile) => modelRank(a) - modelRank(b) || (a.path < b.path ? -1 : 1)

const inPipeline = (a: FoundFile, b: FoundFile) => componentRank(a.path) - componentRank(b.path) || bySpeaking(a, b)

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
