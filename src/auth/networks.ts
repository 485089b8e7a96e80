import ipaddr from 'ipaddr.js'

/**
 * Reads an address or a network in CIDR notation as a person types it; gives its one written form, host bits cleared.
 * Undefined for anything else. IPv4 networks written as IPv6 become IPv4.
 */
export function readNetwork(text: string): string | undefined {
  const [address = '', prefix, ...rest] = text.trim().split('/')
  if (rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined
  const given = ipaddr.parse(address)
  const ip = ipaddr.process(address)
  const dropped = given.kind() === ip.kind() ? 0 : 96
  const width = ip.kind() === 'ipv4' ? 32 : 128
  const bits = prefix === undefined ? width : Number(prefix) - dropped
  if (bits < 0 || bits > width) return undefined
  const network =
    ip.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${ip}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${ip}/${bits}`)
  return `${network}/${bits}`
}

/** Whether `address` lies in one of `networks`, which {@link readNetwork} gave. An address that is none lies in none. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network)
    return base.kind() === ip.kind() && ip.match(base, bits)
  })
}

/** An IPv4 address with a port, or an IPv6 address in brackets with or without one. */
const hostForm = /^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([\da-f:.]+)\](?::\d+)?)$/i

/**
 * Reads the address of a client in `X-Forwarded-For`. Some proxies add its port, which differs from one connection to the next, so limits
 * that counted by the text would never be reached. Returns '' for anything else than an address: such clients share one limit.
 */
export function readForwardedAddress(text: string): string {
  const [, ipv4, ipv6] = hostForm.exec(text) ?? []
  const address = ipv4 ?? ipv6 ?? text
  return ipaddr.isValid(address) ? address : ''
}

/** The written form of an address for display: IPv4 where IPv6 only carries it. */
export const displayAddress = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toString() : ''

/**
 * The network that limits are counted for: an IPv4 address, of IPv6 the 64 bits that one customer gets, so that none has
 * more tries than another. A text that is no address stands for itself.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  return (ip.kind() === 'ipv6' && readNetwork(`${ip}/64`)) || ip.toString()
}
