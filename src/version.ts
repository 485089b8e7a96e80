import { readFileSync } from 'node:fs'

/** The program's version, from its manifest: that lies one folder up in a checkout and in the package alike. */
export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
