import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto'
import type { Database } from '../../db/database.ts'

interface ClientData {
  type: string
  challenge: string
  origin: string
}

/** An authenticator with one passkey for `localhost` (WebAuthn §6.1). */
export function makeAuthenticator() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  // The COSE key: EC2, ES256, P-256, and its point (RFC 9053 §7.1.1).
  const coseKey = Buffer.from(['a5010203262001215820', hex(x), '225820', hex(y)].join(''), 'hex')
  const credential = randomBytes(16)
  const id = credential.toString('base64url')
  const answer = (clientData: ClientData, response: object) => {
    const clientDataJSON = Buffer.from(JSON.stringify(clientData)).toString('base64url')
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, ...response } }
  }
  return {
    id,
    coseKey,
    /** Without an attestation (WebAuthn §6.5.1, §8.7). */
    register(clientData: ClientData) {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, credential.length]), credential, coseKey])
      const authData = Buffer.concat([authenticatorData(presentAndVerified | 0x40), attested])
      // CBOR: { fmt: 'none', attStmt: {}, authData: bytes }.
      const attestationObject = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([authData.length]),
        authData,
      ])
      return answer(clientData, {
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      })
    },
    /** WebAuthn §6.5.6. */
    sign(clientData: ClientData) {
      const signedData = authenticatorData(presentAndVerified)
      const clientHash = hash('sha256', JSON.stringify(clientData), 'buffer')
      return answer(clientData, {
        authenticatorData: signedData.toString('base64url'),
        signature: sign('sha256', Buffer.concat([signedData, clientHash]), privateKey).toString('base64url'),
      })
    },
  }
}

/** Gives an account a passkey for `localhost`. */
export async function addPasskey({ kysely }: Database, userId: number) {
  const authenticator = makeAuthenticator()
  const { id, coseKey } = authenticator
  const row = { public_key: coseKey.toString('base64'), credential_id: id, counter: 0 }
  await kysely
    .insertInto('passkey')
    .values({ ...row, user_id: userId, name: 'laptop', device_type: 'singleDevice', backed_up: 0 })
    .execute()
  return authenticator
}

const presentAndVerified = 5

const authenticatorData = (flags: number) =>
  Buffer.concat([hash('sha256', 'localhost', 'buffer'), Buffer.from([flags, 0, 0, 0, 0])])

const hex = (base64url: string) => Buffer.from(base64url, 'base64url').toString('hex')
