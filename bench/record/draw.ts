import { publish } from './publish.ts'

/* Writes the table and the picture of docs/performance.md from bench/results: `npm run bench:draw`. */
await publish()
