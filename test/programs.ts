import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Programs of Debian that tests start, by the name of their package. */
export const programs = {
  /** The browser that the tests of the pages drive. */
  chromium: '/usr/bin/chromium',
  /** What people put in front of a hub. */
  nginx: '/usr/sbin/nginx',
  varnish: '/usr/sbin/varnishd',
  /** Download tools that people point at a hub. */
  curl: '/usr/bin/curl',
  wget: '/usr/bin/wget',
  aria2: '/usr/bin/aria2c',
}

// Run as a program, before the tests: gets those that are missing, or of the named ones, where this account may install them.
if (import.meta.main) {
  const named = process.argv.slice(2)
  const missing = Object.entries(programs)
    .filter(([name, path]) => (named.length === 0 || named.includes(name)) && !existsSync(path))
    .map(([name]) => name)
  // In the words of Debian's scripts: nothing that is installed is to be started.
  const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...line: string[]) =>
    spawnSync('apt-get', line, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  const install = () => apt('install', '-y', '--no-install-recommends', ...missing)
  if (missing.length > 0) {
    if (mayInstall) console.error(`installing ${missing.join(', ')} for the tests`)
    if (!mayInstall || !(install() || (apt('update') && install()))) {
      console.error(`Tests need what is not there: sudo apt-get install ${missing.join(' ')}`)
      process.exitCode = 1
    }
  }
}
