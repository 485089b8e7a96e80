/*
 * The names of samplers as the site spells them (contract §2: `sampler`), for the names that programs use inside: ComfyUI
 * and SwarmUI (`dpmpp_2m` with the scheduler `karras`), diffusers as InvokeAI names them (`dpmpp_2m_k`), and k-diffusion
 * as NovelAI and early InvokeAI name it (`k_dpmpp_2m`).
 */

/** Returns the site's name of a sampler, for which `scheduler` matters too; any other name as it is. */
export function siteSamplerName(sampler: string, scheduler?: unknown): string {
  const name = sampler.trim().toLowerCase()
  const spellings = [name, name.replace(/^k_/, ''), name.replace(/_k$/, '_karras'), name.replace(/_k$/, '')]
  const known = spellings.map((spelling) => names.get(spelling)).find((found) => found !== undefined)
  if (known === undefined) return sampler
  const variant = typeof scheduler === 'string' ? variants[scheduler.trim().toLowerCase()] : undefined
  return variant !== undefined && withVariant.has(`${known} ${variant}`) ? `${known} ${variant}` : known
}

const karras = ['LMS', 'DPM2', 'DPM2 a', 'DPM++ 2S a', 'DPM++ 2M', 'DPM++ SDE', 'DPM++ 2M SDE', 'DPM++ 3M SDE']
const withVariant = new Set([...karras.map((name) => `${name} Karras`), 'DPM++ 3M SDE Exponential'])
const variants: Record<string, string> = { karras: 'Karras', exponential: 'Exponential' }

const plain: Record<string, readonly string[]> = {
  'Euler a': ['euler_ancestral', 'euler_a'],
  Euler: ['euler'],
  LMS: ['lms'],
  Heun: ['heun'],
  DPM2: ['dpm_2', 'kdpm_2'],
  'DPM2 a': ['dpm_2_ancestral', 'dpm_2_a', 'kdpm_2_a'],
  'DPM++ 2S a': ['dpmpp_2s_ancestral', 'dpmpp_2_a'],
  'DPM++ 2M': ['dpmpp_2m', 'dpmpp_2'],
  'DPM++ SDE': ['dpmpp_sde', 'dpmpp_sde_gpu'],
  'DPM++ 2M SDE': ['dpmpp_2m_sde', 'dpmpp_2m_sde_gpu'],
  'DPM++ 3M SDE': ['dpmpp_3m_sde', 'dpmpp_3m_sde_gpu'],
  'DPM fast': ['dpm_fast'],
  'DPM adaptive': ['dpm_adaptive'],
  DDIM: ['ddim', 'ddim_v3'],
  PLMS: ['plms'],
  UniPC: ['uni_pc', 'uni_pc_bh2', 'unipc'],
  LCM: ['lcm'],
}

const names = new Map<string, string>(
  Object.entries(plain).flatMap(([name, aliases]) =>
    aliases.flatMap((alias): [string, string][] => [
      [alias, name],
      ...(karras.includes(name) ? [[`${alias}_karras`, `${name} Karras`] as [string, string]] : []),
    ]),
  ),
)
