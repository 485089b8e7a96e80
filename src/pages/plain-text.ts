const namedLetters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/**
 * The words of a description: its tags are left out, ends of blocks become line breaks and empty lines. What comes out is text and is
 * escaped like any other when a page shows it; nothing depends on every tag having been found.
 */
export function plainText(description: string): string {
  return description
    .replaceAll(/<\/(?:p|ul|ol|h[1-6]|table|pre|blockquote)\b[^<>]*>/gi, '\n\n')
    .replaceAll(/<(?:br|hr|\/(?:div|li|tr))\b[^<>]*>/gi, '\n')
    .replaceAll(/<[a-z/!][^<>]*>/gi, '')
    .replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (written, decimal, hexadecimal, name) =>
      name === undefined
        ? letterOf(decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal))
        : (namedLetters[name.toLowerCase()] ?? written),
    )
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

const letterOf = (point: number): string => (point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd')
