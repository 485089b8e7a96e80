/** Everything that looks like a token, anywhere in a line; and the value of any `token=`. */
const secretForms = [
  [/\bmk([pc]?)_[0-9A-Za-z]{8,}/g, 'mk$1_[secret]'],
  // Where an address hides the prefix: what follows is of a length that no hash has.
  [/(?<=_|%5f)[0-9A-Za-z]{46}(?![0-9A-Za-z])/gi, '[secret]'],
  [/([?&]token=)[^&\s"\\]*/gi, '$1[secret]'],
  // What a provider sends a browser back with signs it in, once.
  [/([?&](?:code|state)=)[^&\s"\\]*/gi, '$1[secret]'],
  // The address of a file's bytes works for whoever holds it.
  [/(\/files\/)[^/\s"]+/g, '$1[grant]'],
  [/(bearer\s+)[^\s"\\,]+/gi, '$1[secret]'],
  // Base64 of a user name and a password.
  [/(basic\s+)[0-9a-z+/=]{8,}/gi, '$1[secret]'],
] as const

/** The one place where secrets leave what is kept of a request: log lines before any sink, the record of a token's use. */
export const redact = (line: string): string =>
  secretForms.reduce((text, [form, replacement]) => text.replaceAll(form, replacement), line)
