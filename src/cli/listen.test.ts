import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../config/config.ts'
import { listen } from './listen.ts'

const at = { host: '127.0.0.1', port: 0, tlsCert: undefined }
const server = { listen: async ({ host }: { host: string }) => ({ host, port: 4000 }) }
const failing = (code: string) => ({ listen: () => Promise.reject(Object.assign(new Error(code), { code })) })

test('the origin has the port that was picked, the scheme that is spoken, and IPv6 addresses in brackets', async () => {
  assert.equal(await listen(server, at), 'http://127.0.0.1:4000')
  assert.equal(await listen(server, { ...at, host: '::1' }), 'http://[::1]:4000')
  assert.equal(await listen(server, { ...at, host: 'localhost', tlsCert: 'cert.pem' }), 'https://localhost:4000')
})

test('an address that cannot be had is the fault of the option that names it', async () => {
  const refused = (code: string, message: RegExp) => {
    const isPlain = (error: unknown) => error instanceof ConfigError && message.test(error.message)
    return assert.rejects(listen(failing(code), { ...at, port: 80 }), isPlain)
  }
  await refused('EADDRINUSE', /^--port: 80 is in use on 127\.0\.0\.1 already/)
  await refused('EACCES', /^--port: 80 on 127\.0\.0\.1 is not allowed/)
  await refused('EADDRNOTAVAIL', /^--host: 127\.0\.0\.1 is no address of this machine$/)
  await assert.rejects(listen(failing('EOTHER'), at), { code: 'EOTHER' })
})
