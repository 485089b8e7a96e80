const markup = Symbol('markup')

/** Markup that is safe to send. Only {@link html} makes it, so whatever else reaches a page is escaped. */
export interface Html {
  readonly [markup]: string
}

type Part = Html | string | number | undefined | false | readonly Part[]

/** Writes a template: what is put in is escaped for text and for quoted attributes; `undefined` and `false` write nothing. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  [markup]: String.raw({ raw: texts }, ...parts.map(written)),
})

export const markupOf = (content: Html): string => content[markup]

function written(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return String(part).replaceAll(/[&<>"']/g, escaped)
  return markup in part ? part[markup] : part.map(written).join('')
}

const escaped = (letter: string): string => `&#${letter.charCodeAt(0)};`
