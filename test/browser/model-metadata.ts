/** A safetensors file with entries of metadata in its header. */
export function withMetadata(file: Buffer, metadata: Record<string, string>): Buffer {
  const end = 8 + Number(file.readBigUInt64LE())
  const header = { __metadata__: metadata, ...JSON.parse(file.subarray(8, end).toString()) }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, file.subarray(end)])
}
