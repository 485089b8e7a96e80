import { createHash } from 'node:crypto'
import type { PageAnswer } from './define.ts'
import { html, markupOf } from './html.ts'
import { styleSheet } from './style-sheet.ts'

/** The whole document of a page. */
export const documentOf = ({ title, content, viewer }: Extract<PageAnswer, { kind: 'page' }>): string =>
  markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title === hubName ? title : `${title} - ${hubName}`}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css?v=${styleVersion}">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header><a class="home" href="/">${hubName}</a><nav><a href="/login">${viewer ?? 'Sign in'}</a></nav></header>
<main id="main">${content}</main>
</body>
</html>
`)

const hubName = 'modelkeep'
/** A changed style sheet has a new address, so that browsers may keep the old one. */
const styleVersion = createHash('sha256').update(styleSheet).digest('hex').slice(0, 8)
