import sanitizeHtml from 'sanitize-html'

/**
 * The harmless part of a description: text, lists, tables, links and pictures stay, scripts, handlers, styles and
 * embedded pages go. Null when nothing is left.
 */
export function sanitizeDescription(html: string | undefined): string | null {
  if (html === undefined) return null
  const clean = sanitizeHtml(html, rules).trim()
  return clean === '' ? null : clean
}

const rules: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'span', 'div'],
    ...['strong', 'b', 'em', 'i', 'u', 's', 'del', 'sub', 'sup', 'mark', 'small'],
    ...['ul', 'ol', 'li', 'a', 'img', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: { a: ['href', 'title', 'rel'], img: ['src', 'alt', 'title', 'width', 'height'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow noopener noreferrer' }) },
  // A megabyte of nested tags is no description.
  nestingLimit: 50,
}
