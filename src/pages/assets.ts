import type { Page } from './define.ts'
import { styleSheet } from './style-sheet.ts'

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b5a9c"/>
<path d="M8 23V9l8 8 8-8v14" fill="none" stroke="#fff" stroke-width="3.5" stroke-linejoin="round" stroke-linecap="round"/></svg>
`

/** A hub is its owner's: what a search engine would list of it is for the owner to publish elsewhere. */
const robots = 'User-agent: *\nDisallow: /\n'

/** The files that pages and browsers ask for beside the pages. */
export const assets: Page[] = [
  asset('/style.css', 'text/css; charset=utf-8', styleSheet),
  asset('/favicon.svg', 'image/svg+xml', icon),
  // What browsers ask for where no page told them better; they read the kind from the answer, not from the name.
  asset('/favicon.ico', 'image/svg+xml', icon),
  asset('/robots.txt', 'text/plain; charset=utf-8', robots),
]

function asset(path: string, mediaType: string, body: string): Page {
  return { method: 'GET', path, answer: () => ({ kind: 'asset', mediaType, body }) }
}
