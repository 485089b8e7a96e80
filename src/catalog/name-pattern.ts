/**
 * A typed text as part of a `like` pattern with `\` as its escape: it stands for itself. SQLite reads a pattern up to the
 * first NUL, so one that was typed becomes a letter that no name holds, rather than the end of what is looked for.
 */
export const escapeLikePattern = (text: string): string =>
  text.replaceAll('\0', '\u{10ffff}').replace(/[\\%_]/g, '\\$&')
