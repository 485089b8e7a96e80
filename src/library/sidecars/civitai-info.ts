import { createSidecarClaim, type SidecarClaim, type SidecarProblem } from './claim.ts'
import { parseFields } from './fields.ts'
import { readSiteVersion } from './site-version.ts'

/** Reads `<stem>.civitai.info`: the site's response to a look-up by hash, or a stub if the site did not know the file. */
export function readCivitaiInfo(text: string): SidecarClaim {
  const problems: SidecarProblem[] = []
  const claim = readSiteVersion(parseFields(text, problems))
  return createSidecarClaim({ sha256: [], ...claim, source: 'civitai-info', problems })
}
