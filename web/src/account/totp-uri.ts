/** The secret that an `otpauth://` address carries, in groups of four as people read it. */
export function secretOfUri(uri: string): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return secret.replaceAll(/(.{4})(?=.)/g, '$1 ')
}
