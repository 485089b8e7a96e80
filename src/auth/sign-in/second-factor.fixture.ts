import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type Browser, openBrowser } from '../browser.fixture.ts'
import { password, type TemporaryHub } from '../hub.fixture.ts'

/** Signs Ada in and sets up a second factor, as the settings page does: the code of now has been used then. */
export async function enable(
  hub: TemporaryHub,
): Promise<{ browser: Browser; secret: Buffer<ArrayBuffer>; backupCodes: string[]; enabledBy: string }> {
  const browser = openBrowser(hub.sessions, { address: '10.1.0.1' })
  await browser.post('/sign-in/username', { username: 'ada', password })
  const answer = await browser.post('/two-factor/enable', { password })
  assert.equal(answer.status, 200)
  const { totpURI, backupCodes } = (await answer.json()) as { totpURI: string; backupCodes: string[] }
  assert.equal(new URL(totpURI).searchParams.get('issuer'), 'modelkeep')
  const secret = secretOf(totpURI)
  // Another one half a minute later.
  const enabledBy = totp(secret)
  assert.equal((await browser.post('/two-factor/verify-totp', { code: enabledBy })).status, 200)
  return { browser, secret, backupCodes, enabledBy }
}

/** The secret in the URI that sets up an authenticator. */
export const secretOf = (totpURI: string): Buffer<ArrayBuffer> =>
  fromBase32(new URL(totpURI).searchParams.get('secret') ?? '')

/** The code of now (RFC 6238), or of so many steps later. */
export function totp(secret: Buffer, later = 0): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const truncated = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(truncated % 1_000_000).padStart(6, '0')
}

export function fromBase32(text: string): Buffer<ArrayBuffer> {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}
