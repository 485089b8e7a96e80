import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html, markupOf } from './html.ts'
import { plainText } from './plain-text.ts'

test('blocks become lines, tags go, letters are read', () => {
  assert.equal(
    plainText('<p>One &amp; <strong>two</strong></p><p>three&nbsp;&#233;&#xe9;</p><ul><li>a</li><li>b</li></ul>'),
    'One & two\n\nthree éé\n\na\nb',
  )
  assert.equal(plainText('5 < 6 and a<br>b &unknown; &#0;'), '5 < 6 and a\nb &unknown; \ufffd')
})

test('whatever a description holds, no markup of it reaches a page', () => {
  for (const hostile of [
    '<script>alert(1)</script>',
    '<scr<script>ipt>alert(1)</script>',
    '&lt;img src=x onerror=alert(1)&gt;',
    '<<img src=x onerror=alert(1)>>',
    '"><svg/onload=alert(1)>',
    '<img src=x onerror=alert(1)',
  ]) {
    const shown = markupOf(html`<div title="${plainText(hostile)}">${plainText(hostile)}</div>`)
    assert.equal(shown.match(/[<>"]/g)?.join(''), '<"">' + '<>', hostile)
  }
})

test('a hostile length costs no more than its length', () => {
  for (const unit of ['<', '<p', '&', '&#', ' ', ' \n', '<a b '])
    assert.ok(plainText(unit.repeat(400_000)).length <= unit.length * 400_000)
})
