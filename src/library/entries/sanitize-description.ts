import sanitizeHtml from 'sanitize-html'

/**
 * The harmless part of a description: text, lists, tables, links and pictures stay, scripts, handlers, styles and
 * embedded pages go. Null when nothing is left.
 */
export function sanitizeDescription(html: string | undefined): string | null {
  if (html === undefined) return null
  const clean = sanitizeHtml(html.slice(0, endOfSense(html)), rules).trim()
  return clean === '' ? null : clean
}

/** So deep nothing is nested that somebody wrote. */
const maxOpenTags = 5000
const neverOpen = new Set(['br', 'hr', 'img', 'wbr'])

/** Where a text has opened more tags than it closed: parsing what follows takes a time that grows with their square. */
function endOfSense(html: string): number {
  const open = new Map<string, number>()
  let depth = 0
  for (const { 1: slash, 2: name = '', index } of html.matchAll(/<(\/?)([a-z][^\s/>]*)/gi)) {
    const tag = name.toLowerCase()
    if (neverOpen.has(tag)) continue
    const before = open.get(tag) ?? 0
    if (slash && before === 0) continue
    open.set(tag, before + (slash ? -1 : 1))
    depth += slash ? -1 : 1
    if (depth > maxOpenTags) return index
  }
  return html.length
}

const rules: sanitizeHtml.IOptions = {
  allowedTags: [
    'p',
    'br',
    'hr',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'blockquote',
    'pre',
    'code',
    'span',
    'div',
    'strong',
    'b',
    'em',
    'i',
    'u',
    's',
    'del',
    'sub',
    'sup',
    'mark',
    'small',
    'ul',
    'ol',
    'li',
    'a',
    'img',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
  ],
  allowedAttributes: { a: ['href', 'title', 'rel'], img: ['src', 'alt', 'title', 'width', 'height'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow noopener noreferrer' }) },
  // A megabyte of nested tags is no description.
  nestingLimit: 50,
}
