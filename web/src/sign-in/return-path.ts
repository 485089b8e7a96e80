const hub = 'http://hub.invalid'

/**
 * Where to go after signing in: the asked path, when it stays on the hub, otherwise `/models`. Read as browsers read it
 * (URL standard: backslashes are slashes, tabs and line breaks are nothing), so that no spelling leads to another host.
 */
export function returnPath(asked: string | null | undefined): string {
  if (!asked?.startsWith('/')) return '/models'
  const url = URL.parse(asked, hub)
  if (url?.origin !== hub || url.pathname.startsWith('//')) return '/models'
  return `${url.pathname}${url.search}${url.hash}`
}
