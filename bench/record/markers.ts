/**
 * `text` with what stands between the marks `<!-- name -->` and `<!-- /name -->` replaced.
 * @throws when they are not there, once each and in this order
 */
export function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest, ...more] = text.split(begin)
  const [, after, ...others] = rest?.split(end) ?? []
  if (before === undefined || after === undefined || more.length + others.length > 0)
    throw new Error(`there has to be one ${begin}, and one ${end} behind it`)
  return `${before}${begin}\n${content}\n${end}${after}`
}
