/** What handlers work with; `hub.ts` makes each once. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the modules that follow
export interface Services {}
