import { generateKeyPairSync, sign } from 'node:crypto'

/**
 * A self-signed certificate for `127.0.0.1` and `localhost`, valid for a day, with its key; both in PEM. Written by hand
 * (RFC 5280 §4.1, DER), since Node reads certificates but makes none, and not every machine has openssl.
 */
export function makeCertificate(): { cert: Buffer; key: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(set(sequence(objectId(0x55, 0x04, 0x03), utf8('modelkeep test'))))
  const hour = 3_600_000
  const validity = sequence(utcTime(Date.now() - hour), utcTime(Date.now() + 24 * hour))
  const alternativeNames = sequence(
    objectId(0x55, 0x1d, 0x11),
    element(0x04, sequence(element(0x82, Buffer.from('localhost')), element(0x87, Buffer.from([127, 0, 0, 1])))),
  )
  const body = sequence(
    element(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(alternativeNames)),
  )
  const signature = element(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const lines = sequence(body, ecdsaWithSha256, signature).toString('base64').replaceAll(/.{64}/g, '$&\n')
  return {
    cert: Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`),
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

/** Tag, length, content. */
function element(tag: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content)
  const { length } = bytes
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), bytes])
}

const sequence = (...content: Buffer[]) => element(0x30, ...content)
const set = (...content: Buffer[]) => element(0x31, ...content)
const integer = (value: number) => element(0x02, Buffer.from([value]))
const utf8 = (text: string) => element(0x0c, Buffer.from(text))
const objectId = (...bytes: number[]) => element(0x06, Buffer.from(bytes))
/** `YYMMDDHHMMSSZ` */
const utcTime = (unixMs: number) =>
  element(0x17, Buffer.from(`${new Date(unixMs).toISOString().slice(2, 19).replaceAll(/[-T:]/g, '')}Z`))

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
