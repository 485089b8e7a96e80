/** The tags by which the site sorts models into categories, the most telling ones first. */
const categories = [
  'character',
  'celebrity',
  'style',
  'concept',
  'clothing',
  'poses',
  'background',
  'buildings',
  'vehicle',
  'objects',
  'animal',
  'action',
  'assets',
  'tool',
  'base model',
]

/** The category of a model with these tags, empty when none of them is one. */
export function categoryOf(tags: readonly string[]): string {
  const held = new Set(tags.map((tag) => tag.toLowerCase()))
  return categories.find((category) => held.has(category)) ?? ''
}
