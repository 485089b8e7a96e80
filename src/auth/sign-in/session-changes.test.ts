import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refuseChange, type SessionChange } from './session-changes.ts'

const own = 'http://hub.example:3333'
const trusted = 'https://app.example'
const isKnown = (origin: string) => origin === own || origin === trusted
const plain: SessionChange = { origin: undefined, fetchSite: undefined, contentType: undefined, hasBody: false }
const json: SessionChange = { ...plain, contentType: 'application/json', hasBody: true }
const refuse = (change: SessionChange, acceptsForm = false) => refuseChange(change, { isKnown, acceptsForm })

const foreign = [
  'null',
  '',
  'https://evil.example',
  'https://hub.example:3333',
  'http://hub.example',
  'http://hub.example:33333',
  'http://hub.example:3333.evil.example',
  'https://x.app.example',
  'http://app.example',
  `${own}, ${own}`,
  'chrome-extension://abc',
  'file://',
  `${own}/`,
]
const forms = [
  'text/plain',
  'TEXT/Plain;charset=UTF-8',
  'text/plain; x=application/json',
  'text/plain, application/json',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json, text/plain',
]

test('Origin decides when it is there', () => {
  for (const change of [plain, json])
    for (const fetchSite of [undefined, 'same-origin', 'same-site', 'cross-site', 'none']) {
      for (const origin of [own, trusted]) assert.equal(refuse({ ...change, origin, fetchSite }), undefined, origin)
      for (const origin of foreign) assert.equal(refuse({ ...change, origin, fetchSite }), 'foreign page', origin)
    }
})

test('without Origin, Sec-Fetch-Site must say same-origin', () => {
  for (const change of [plain, json]) {
    assert.equal(refuse({ ...change, fetchSite: 'same-origin' }), undefined)
    for (const fetchSite of ['same-site', 'cross-site', 'none', '', 'same-origin, same-origin', 'SAME-ORIGIN'])
      assert.equal(refuse({ ...change, fetchSite }), 'foreign page', fetchSite)
  }
})

test('without either, only a JSON body is accepted', () => {
  for (const contentType of ['application/json', 'Application/JSON; charset=utf-8', 'application/merge-patch+json']) {
    assert.equal(refuse({ ...plain, contentType, hasBody: true }), undefined, contentType)
    assert.equal(refuse({ ...plain, contentType }), 'no page', `${contentType} without a body`)
  }
  const others = [
    undefined,
    '',
    'application/octet-stream',
    'text/html',
    'application/jsonx',
    'x/application/json',
    'json',
  ]
  for (const contentType of others) {
    assert.equal(refuse({ ...plain, contentType, hasBody: true }), 'no page', contentType)
    assert.equal(refuse({ ...plain, contentType }), 'no page', contentType)
    assert.equal(refuse({ ...plain, contentType, hasBody: true, origin: own }), undefined, contentType)
  }
})

test('what any form can send is refused for its type, from the own page too', () => {
  for (const contentType of forms)
    for (const page of [{}, { origin: own }, { origin: trusted }, { fetchSite: 'same-origin' }])
      for (const hasBody of [true, false])
        assert.equal(refuse({ ...plain, contentType, hasBody, ...page }), 'content type', contentType)
  const form = { ...plain, contentType: 'application/x-www-form-urlencoded', hasBody: true }
  assert.equal(refuse({ ...form, origin: own }, true), undefined, 'an endpoint that reads it')
  assert.equal(refuse(form, true), 'no page')
  assert.equal(refuse({ ...form, contentType: 'text/plain', origin: own }, true), 'content type')
})

test('nothing that a page of another site can send without a preflight is accepted', () => {
  // Browsers send Origin with every change across origins; they may be old and send neither header.
  const pages = fc.constantFrom<Partial<SessionChange>>(
    { origin: 'https://evil.example', fetchSite: 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null', fetchSite: 'cross-site' },
    { fetchSite: 'same-site' },
    {},
  )
  const types = fc.constantFrom(undefined, ...forms.filter((type) => !type.includes('json,')))
  fc.assert(
    fc.property(pages, types, fc.boolean(), fc.boolean(), (page, contentType, hasBody, acceptsForm) => {
      assert.notEqual(refuse({ ...plain, ...page, contentType, hasBody }, acceptsForm), undefined)
    }),
  )
})
