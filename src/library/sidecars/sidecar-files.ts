import { readCivitaiInfo } from './civitai-info.ts'
import type { SidecarClaim, SidecarKind } from './claim.ts'
import { readCmInfo } from './cm-info.ts'
import { readMetadataJson } from './metadata-json.ts'
import { readSwarmJson } from './swarm-json.ts'
import { readText } from './text.ts'
import { readWebUiJson } from './web-ui-json.ts'

/** What to append to a model file's stem to find its sidecars, and which kind each is. */
export const sidecarSuffixes: readonly { suffix: string; kind: SidecarKind }[] = [
  { suffix: '.civitai.info', kind: 'civitai-info' },
  { suffix: '.metadata.json', kind: 'metadata-json' },
  { suffix: '.cm-info.json', kind: 'cm-info' },
  { suffix: '.swarm.json', kind: 'swarm-json' },
  { suffix: '.json', kind: 'web-ui-json' },
  { suffix: '.txt', kind: 'text' },
]

/** Reads a sidecar of a kind. It never throws: what cannot be used is among the claim's `problems`. */
export function readSidecar(kind: SidecarKind, text: string): SidecarClaim {
  return readers[kind](text)
}

const readers: Record<SidecarKind, (text: string) => SidecarClaim> = {
  'civitai-info': readCivitaiInfo,
  'metadata-json': readMetadataJson,
  'cm-info': readCmInfo,
  'swarm-json': readSwarmJson,
  'web-ui-json': readWebUiJson,
  text: readText,
}
