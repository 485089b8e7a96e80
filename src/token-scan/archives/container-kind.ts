/** Formats that can be unpacked. */
export type ContainerKind = 'zip' | 'gzip' | 'zstd' | 'tar' | 'png'

/** Number of bytes that `containerKind` needs. */
export const headBytes = 512

/** Detects a format from the first bytes of a content. Names are unreliable: most zip archives have other extensions. */
export function containerKind(head: Buffer): ContainerKind | undefined {
  return (Object.keys(magics) as ContainerKind[]).find((kind) => {
    const { magic, at = 0 } = magics[kind]
    return head.length >= at + magic.length && magic.equals(head.subarray(at, at + magic.length))
  })
}

const magics: Record<ContainerKind, { magic: Buffer; at?: number }> = {
  // APPNOTE 4.3.7
  zip: { magic: Buffer.from('PK\x03\x04', 'latin1') },
  // RFC 1952 §2.3.1, with the only defined method
  gzip: { magic: Buffer.from([0x1f, 0x8b, 8]) },
  // RFC 8878 §3.1.1
  zstd: { magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  // POSIX.1-2024, pax, ustar interchange format
  tar: { magic: Buffer.from('ustar', 'latin1'), at: 257 },
  // PNG, third edition, §5.2
  png: { magic: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') },
}
