/** Why a file cannot be had, in words for people; undefined when it can. */
export interface DownloadRefusal {
  reason: string
  /** Whether signing in may help. */
  signIn: boolean
}

const refusal = (reason: string, signIn = false): DownloadRefusal => ({ reason, signIn })

/** What is known of a version before its download is asked for. */
export function refusalKnown(
  version: {
    mode: 'Archived' | 'TakenDown' | undefined
    hasFiles: boolean
    needsSignIn: boolean | undefined
  },
  { isSignedIn }: { isSignedIn: boolean },
): DownloadRefusal | undefined {
  if (version.mode === 'Archived') return refusal('This model is archived. Its files are no longer offered.')
  if (version.mode === 'TakenDown') return refusal('This model was taken down. Its files are no longer offered.')
  if (!version.hasFiles) return refusal('This version has no file.')
  if (!isSignedIn && version.needsSignIn) return refusal('Sign in to download this file.', true)
  return undefined
}

/** What the hub's answer means when it is asked, without being given the file, whether it would give it. Times are ISO 8601. */
export function refusalAnswered(
  { status, isLoginPage }: { status: number; isLoginPage: boolean },
  { isSignedIn, earlyAccessEndsAt }: { isSignedIn: boolean; earlyAccessEndsAt: string | null | undefined },
): DownloadRefusal | undefined {
  if (isLoginPage) return refusal('Sign in to download this file.', true)
  if (status < 400) return undefined
  switch (status) {
    case 401:
      return refusal('The creator of this model offers no downloads of it.', !isSignedIn)
    case 403:
      return earlyAccessEndsAt
        ? refusal(
            `This version is in early access until ${new Date(earlyAccessEndsAt).toLocaleString('en')}.`,
            !isSignedIn,
          )
        : refusal('You do not have access to this file.', !isSignedIn)
    case 404:
      return refusal('The file is not in the library folder at the moment.')
    case 410:
      return refusal('This model is archived. Its files are no longer offered.')
    case 503:
      return refusal('The file has changed and is being read again. Try again in a moment.')
    default:
      return undefined
  }
}
