import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isForeignPage, readOrigin, type SendingPage } from './origins.ts'

const origins = fc
  .tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.option(fc.integer({ min: 1, max: 65_535 })))
  .map(([scheme, host, port]) => new URL(`${scheme}://${host}${port === null ? '' : `:${port}`}`).origin)

test('an origin is read as it is written, in any case and with a slash, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(origins, (origin) => {
      assert.equal(readOrigin(origin), origin)
      assert.equal(readOrigin(` ${origin.toUpperCase()}/ `), origin)
    }),
  )
})

test('what says more than an origin, or less, is none', () => {
  const more = fc.constantFrom('/path', '/?q', '/#x', '?q=1')
  fc.assert(fc.property(origins, more, (origin, rest) => assert.equal(readOrigin(origin + rest), undefined)))
  for (const text of [
    '',
    'null',
    '*',
    'https://',
    'app.example',
    '//app.example',
    'https://*.example',
    'ftp://app.example',
    'https://ada@app.example',
    'https://ada:x@app.example',
    'chrome-extension://abc',
    'javascript:alert(1)',
  ])
    assert.equal(readOrigin(text), undefined, text)
  fc.assert(
    fc.property(fc.string(), (text) => {
      const origin = readOrigin(text)
      if (origin !== undefined) assert.equal(readOrigin(origin), origin)
    }),
  )
})

const nothing: SendingPage = { origin: undefined, referer: undefined, fetchSite: undefined, fetchMode: undefined }

test('a page is foreign unless its very origin is known; what no page sends is not', () => {
  fc.assert(
    fc.property(origins, origins, (page, known) => {
      const isKnown = (origin: string) => origin === known
      assert.equal(isForeignPage({ ...nothing, origin: page }, isKnown), page !== known)
      const embedded = { ...nothing, referer: `${page}/a?b`, fetchSite: 'cross-site', fetchMode: 'no-cors' }
      assert.equal(isForeignPage(embedded, isKnown), page !== known)
      assert.equal(isForeignPage({ ...embedded, fetchMode: 'navigate' }, isKnown), false)
      assert.equal(isForeignPage({ ...embedded, fetchSite: 'same-origin' }, isKnown), false)
    }),
  )
  const nobody = () => false
  assert.equal(isForeignPage(nothing, nobody), false)
  assert.equal(isForeignPage({ ...nothing, origin: 'chrome-extension://abc' }, nobody), false)
  assert.equal(isForeignPage({ ...nothing, origin: 'null' }, nobody), false, 'no browser is behind it')
  assert.equal(isForeignPage({ ...nothing, origin: 'null', fetchSite: 'cross-site', fetchMode: 'cors' }, nobody), true)
  for (const fetchSite of ['cross-site', 'same-site', 'same-origin', 'none'])
    for (const fetchMode of ['cors', 'no-cors', 'navigate', undefined])
      for (const referer of ['http://hub.example/', undefined]) {
        const browser: SendingPage = { origin: 'null', referer, fetchSite, fetchMode }
        assert.equal(
          isForeignPage(browser, () => true),
          true,
          `a browser: ${fetchSite}, ${fetchMode}`,
        )
      }
  assert.equal(isForeignPage({ ...nothing, origin: 'null', fetchMode: 'cors' }, nobody), false, 'fetch of Node')
  assert.equal(isForeignPage({ ...nothing, fetchSite: 'cross-site', referer: 'no address' }, nobody), true)
})

test('a page that only looks like a known one is foreign', () => {
  fc.assert(
    fc.property(fc.domain(), fc.integer({ min: 1024, max: 65_534 }), (host, port) => {
      const hosts = [host, `x${host}`, `x.${host}`, `${host}.`, `${host}.example`]
      const pages = hosts.flatMap((name) => [
        `https://${name}`,
        `https://${name}:${port}`,
        `https://${name}:${port + 1}`,
      ])
      const alike = [...pages, `http://${host}`, `http://${host}:${port}`]
      for (const known of alike) {
        const isKnown = (origin: string) => origin === known
        for (const page of alike.filter((other) => other !== known)) {
          assert.ok(isForeignPage({ ...nothing, origin: page }, isKnown), `${page} as ${known}`)
          const embedding = { ...nothing, referer: `${page}/${known}`, fetchSite: 'cross-site', fetchMode: 'no-cors' }
          assert.ok(isForeignPage(embedding, isKnown), `${page} as ${known}`)
          assert.notEqual(readOrigin(page), known)
        }
      }
    }),
  )
})
