/** An address of the hub on the page's own origin, whose session cookie the browser sends along. */
export function ownAddress(address: string): string {
  const { pathname, search } = new URL(address)
  return pathname + search
}
