import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Debian's browser, which the tests of the pages drive. */
export const chromiumPath = '/usr/bin/chromium'

// Run as a program, before the tests: gets the browser where it is missing and this account may install it.
if (import.meta.main && !existsSync(chromiumPath)) {
  const apt = (...line: string[]) => spawnSync('apt-get', line, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  const install = () => apt('install', '-y', '--no-install-recommends', 'chromium')
  if (mayInstall) console.error('installing chromium for the browser tests')
  if (!mayInstall || !(install() || (apt('update') && install()))) {
    console.error(`The browser tests need Chromium at ${chromiumPath}: sudo apt-get install chromium`)
    process.exitCode = 1
  }
}
