import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sanitizeDescription } from './sanitize-description.ts'

test('text, lists, tables, links and pictures stay', () => {
  const html = [
    '<h2>Fox</h2><p>A <strong>red</strong> <em>fox</em>.<br />Use <code>fox</code>.</p><ul><li>one</li></ul>',
    '<table><tbody><tr><td>0.8</td></tr></tbody></table><img src="https://example.com/fox.png" alt="a fox" />',
  ].join('')
  assert.equal(sanitizeDescription(html), html)
  assert.equal(
    sanitizeDescription('<a href="https://example.com/" target="_blank" onclick="alert(1)">more</a>'),
    '<a href="https://example.com/" rel="nofollow noopener noreferrer">more</a>',
  )
})

test('what a browser would run goes, with its content where that is no text', () => {
  const cases: Record<string, string | null> = {
    '<script>alert(1)</script>': null,
    '<SCRIPT SRC=//x.example/x.js></SCRIPT>fox': 'fox',
    '<script>alert(1)': null,
    '<style>p { display: none }</style>fox': 'fox',
    '<p onclick="alert(1)" style="position: fixed" class="x" id="y">fox</p>': '<p>fox</p>',
    '<img src="x" onerror="alert(1)">': '<img src="x" />',
    '<svg onload=alert(1)><circle/></svg>': null,
    '<math><mi xlink:href="javascript:alert(1)">x</mi></math>': 'x',
    '<iframe src="https://example.com"></iframe>': null,
    '<object data="x.swf"></object><embed src="x.swf">': null,
    '<form action="https://example.com"><button>fox</button></form>': 'fox',
    '<textarea><script>alert(1)</script></textarea>': null,
    '<!-- <script>alert(1)</script> -->fox': 'fox',
    '<base href="https://example.com/"><meta http-equiv="refresh" content="0">fox': 'fox',
  }
  for (const [html, clean] of Object.entries(cases)) assert.equal(sanitizeDescription(html), clean, html)
})

test('links lead to the web or to mail, and to nothing else', () => {
  const rel = 'rel="nofollow noopener noreferrer"'
  for (const href of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java&#x09;script:alert(1)',
    '&#106;avascript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    '//example.com/x',
  ])
    assert.equal(sanitizeDescription(`<a href="${href}">fox</a>`), `<a ${rel}>fox</a>`, href)
  for (const href of ['http://example.com/', 'https://example.com/?a=1', 'mailto:fox@example.com'])
    assert.equal(sanitizeDescription(`<a href="${href}">fox</a>`), `<a href="${href}" ${rel}>fox</a>`)
})

test('pictures are of the web: none is carried in the text', () => {
  for (const src of [
    'data:image/png;base64,iVBORw0KGgo=',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'mailto:x',
    '//x.example/x',
  ])
    assert.equal(sanitizeDescription(`<img src="${src}" alt="fox">`), '<img alt="fox" />', src)
})

/** Of the OWASP cheat sheet on evading XSS filters, by what each tries. */
const evasions = [
  // Broken and unusual tags.
  '<SCRIPT SRC=https://x.example/x.js></SCRIPT>',
  '<SCRIPT/XSS SRC="http://x.example/x.js"></SCRIPT>',
  '<SCRIPT/SRC="http://x.example/x.js"></SCRIPT>',
  '<<SCRIPT>alert("XSS");//\\<</SCRIPT>',
  '<SCRIPT SRC=http://x.example/x.js?< B >',
  '<SCRIPT SRC=//x.example/.j>',
  '</TITLE><SCRIPT>alert("XSS");</SCRIPT>',
  '<SCRIPT a=">" SRC="http://x.example/x.js"></SCRIPT>',
  '<SCRIPT =">" SRC="http://x.example/x.js"></SCRIPT>',
  `<SCRIPT "a='>'" SRC="http://x.example/x.js"></SCRIPT>`,
  '<SCRIPT>document.write("<SCRI");</SCRIPT>PT SRC="http://x.example/x.js"></SCRIPT>',
  '\\<a onmouseover="alert(document.cookie)"\\>xxs link\\</a\\>',
  '<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\\>',
  '<BODY onload!#$%&()*~+-_.,:;?@[/|\\]^`=alert("XSS")>',
  '<iframe src=http://x.example/scriptlet.html <',
  // Pictures and handlers.
  '<IMG SRC="javascript:alert(\'XSS\');">',
  '<IMG SRC=javascript:alert(&quot;XSS&quot;)>',
  '<IMG SRC=`javascript:alert("RSnake says, \'XSS\'")`>',
  '<IMG SRC=javascript:alert(String.fromCharCode(88,83,83))>',
  '<IMG SRC=# onmouseover="alert(\'xxs\')">',
  '<IMG SRC= onmouseover="alert(\'xxs\')">',
  '<IMG onmouseover="alert(\'xxs\')">',
  '<IMG SRC=/ onerror="alert(String.fromCharCode(88,83,83))"></img>',
  '<img src=x onerror="&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112&#0000116&#0000058&#0000097">',
  '<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;&#97;&#108;&#101;&#114;&#116;&#40;&#39;&#88;&#83;&#83;&#39;&#41;>',
  '<IMG SRC=&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112&#0000116&#0000058>',
  '<IMG SRC=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61&#x6C&#x65&#x72&#x74&#x28&#x27>',
  '<IMG SRC="jav\tascript:alert(\'XSS\');">',
  '<IMG SRC="jav&#x0A;ascript:alert(\'XSS\');">',
  '<IMG SRC="java\0script:alert(\\"XSS\\")">',
  '<IMG SRC=" &#14; javascript:alert(\'XSS\');">',
  '<IMG SRC="`<javascript:alert>`(\'XSS\')"',
  '<IMG DYNSRC="javascript:alert(\'XSS\')">',
  '<IMG LOWSRC="javascript:alert(\'XSS\')">',
  '<IMG SRC=\'vbscript:msgbox("XSS")\'>',
  '<IMG STYLE="xss:expr/*XSS*/ession(alert(\'XSS\'))">',
  '<INPUT TYPE="IMAGE" SRC="javascript:alert(\'XSS\');">',
  '<image/src/onerror=prompt(8)>',
  '<img/src/onerror=prompt(8)>',
  '<image src =q onerror=prompt(8)>',
  // Other elements that load, run or style.
  '<BODY BACKGROUND="javascript:alert(\'XSS\')">',
  "<BODY ONLOAD=alert('XSS')>",
  "<svg/onload=alert('XSS')>",
  '<svg><script>alert(1)</script></svg>',
  '<BGSOUND SRC="javascript:alert(\'XSS\');">',
  '<BR SIZE="&{alert(\'XSS\')}">',
  '<LINK REL="stylesheet" HREF="http://x.example/xss.css">',
  "<STYLE>@import'http://x.example/xss.css';</STYLE>",
  '<STYLE>li {list-style-image: url("javascript:alert(\'XSS\')");}</STYLE><UL><LI>XSS</br>',
  '<META HTTP-EQUIV="refresh" CONTENT="0;url=data:text/html base64,PHNjcmlwdD5hbGVydCgnWFNTJyk8L3NjcmlwdD4K">',
  '<META HTTP-EQUIV="Set-Cookie" Content="USERID=<SCRIPT>alert(\'XSS\')</SCRIPT>">',
  '<IFRAME SRC="javascript:alert(\'XSS\');"></IFRAME>',
  '<IFRAME SRC=# onmouseover="alert(document.cookie)"></IFRAME>',
  '<FRAMESET><FRAME SRC="javascript:alert(\'XSS\');"></FRAMESET>',
  '<TABLE BACKGROUND="javascript:alert(\'XSS\')">',
  '<TABLE><TD BACKGROUND="javascript:alert(\'XSS\')">',
  '<DIV STYLE="background-image: url(javascript:alert(\'XSS\'))">',
  '<DIV STYLE="width: expression(alert(\'XSS\'));">',
  "<!--[if gte IE 4]><SCRIPT>alert('XSS');</SCRIPT><![endif]-->",
  '<BASE HREF="javascript:alert(\'XSS\');//">',
  '<OBJECT TYPE="text/x-scriptlet" DATA="http://x.example/scriptlet.html"></OBJECT>',
  '<EMBED SRC="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=" type="image/svg+xml" AllowScriptAccess="always"></EMBED>',
  '<XML ID="xss"><I><B><IMG SRC="javas<!-- -->cript:alert(\'XSS\')"></B></I></XML>',
  '<a href="javascript:alert(1)" onclick=alert(1) style="x:y">x</a>',
  '<a href=" javas\tcript&colon;alert(1)">x</a>',
  '<A HREF="//www.x.example/">XSS</A>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
]

test('of evasions that are known nothing but harmless markup is left', () => {
  const tag =
    'p|br|hr|h[1-6]|blockquote|pre|code|span|div|strong|b|em|i|u|s|del|su[bp]|mark|small|[uo]l|li|a|img|t(?:able|head|body|[rhd])'
  const harmless = new RegExp(
    `^(?:[^<>]|</?(?:${tag})(?: (?:href|src|alt|title|rel|width|height|start)="[^"<>]*")*(?: /)?>)*$`,
  )
  for (const html of evasions) {
    const clean = sanitizeDescription(`fox ${html} fox`) ?? ''
    assert.match(clean, harmless, html)
    for (const [, address = ''] of clean.matchAll(/(?:href|src)="([^"]*)"/g))
      assert.match(
        new URL(address.replaceAll('&amp;', '&'), 'https://hub.example').protocol,
        /^(?:https?|mailto):$/,
        html,
      )
    assert.equal(sanitizeDescription(clean), clean, 'what was cleaned once stays as it is')
  }
})

test('tags that are left open are closed, and stray ends go', () => {
  assert.equal(sanitizeDescription('<p><b>fox'), '<p><b>fox</b></p>')
  assert.equal(sanitizeDescription('fox</b></div>'), 'fox')
  assert.equal(sanitizeDescription('<scr<script>ipt>alert(1)</script>'), 'ipt&gt;alert(1)')
  assert.equal(sanitizeDescription('1 < 2 & 3 > 2'), '1 &lt; 2 &amp; 3 &gt; 2')
})

test('nothing, and what leaves nothing, is null', () => {
  assert.equal(sanitizeDescription(undefined), null)
  for (const html of ['', '  \n', '<script></script>', '<unknown></unknown>'])
    assert.equal(sanitizeDescription(html), null)
})

// Work that grows with the square of these would outlast the time that the runner gives a test.
test('nested and huge descriptions take no long time', () => {
  const nested = sanitizeDescription(`${'<div>'.repeat(200_000)}fox`) ?? ''
  assert.ok((nested.match(/<div>/g) ?? []).length <= 50, 'to a depth')
  assert.equal(sanitizeDescription('<p>fox</p>'.repeat(150_000))?.length, 1_500_000)
  sanitizeDescription('<p><b>'.repeat(200_000))
  sanitizeDescription('<p><b></i></x>'.repeat(100_000))
  sanitizeDescription('<x><br>'.repeat(200_000))
  sanitizeDescription('<li>fox'.repeat(200_000))
  sanitizeDescription('<'.repeat(1_000_000))
  sanitizeDescription(`<a href="${'x'.repeat(1_000_000)}`)
  sanitizeDescription(`<p ${'a=1 '.repeat(200_000)}>`)
  sanitizeDescription('<!--'.repeat(200_000))
})

test('whatever is given, read once or twice, no tag but harmless ones is left', () => {
  // Every tag that may stay, since what is drawn at random can spell any of them.
  const harmless =
    'p br hr h1 h2 h3 h4 h5 h6 blockquote pre code span div strong b em i u s del sub sup mark small ul ol li a img table thead tbody tr th td'
  const notHarmless = new RegExp(`<(?!/?(${harmless.replaceAll(' ', '|')})[ >/])`)
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<b>',
    '<script>',
    '</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:x">',
    '</a>',
    '<',
    '>',
    '"',
    "'",
    '&',
    '&lt;',
    '&amp;lt;script&gt;',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<svg>',
    '<style>',
    '=',
    '</style>',
    '<textarea>',
    '<noscript>',
    '<title>',
    '<xmp>',
    '<plaintext>',
    '\u0000',
    ' onload=x ',
    'fox',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const clean = sanitizeDescription(pieces.join(''))
      // Nested paragraphs may be told apart anew by a second reading, but nothing may come to life in it.
      for (const html of [clean, sanitizeDescription(clean ?? '')]) {
        if (html === null) continue
        assert.doesNotMatch(html, notHarmless)
        assert.doesNotMatch(html, /<[^>]*\s(on\w+|style)\s*=/i)
        assert.doesNotMatch(html, /<[^>]*href="\s*javascript/i)
      }
    }),
    { numRuns: 1000 },
  )
})
