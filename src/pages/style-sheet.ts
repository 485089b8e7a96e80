/** The one style sheet of the pages. */
export const styleSheet = `
:root {
  --paper: #fbfbf9; --ink: #1d2021; --quiet: #5c6166; --line: #d9d9d4; --panel: #f0f0ec;
  --link: #0b5a9c; --accent: #0b5a9c; --on-accent: #ffffff; --error: #a3160c; --note: #6b4a00;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17191b; --ink: #e6e6e3; --quiet: #a2a7ab; --line: #383c40; --panel: #22262a;
    --link: #7db8f0; --accent: #7db8f0; --on-accent: #10202f; --error: #ff9a8f; --note: #ecc46a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header, main { width: min(46rem, 100% - 2.5rem); margin: 0 auto; }
header { display: flex; justify-content: space-between; gap: 1rem; padding-block: .5rem; border-bottom: 1px solid var(--line); }
header a { display: inline-block; padding: .5rem 0; text-decoration: none; }
nav { min-width: 0; overflow-wrap: anywhere; }
.home { font-weight: 650; color: var(--ink); }
main { padding-block: 1.5rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; line-height: 1.35; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
h1 + .quiet, h2 + .quiet { margin-top: -.5rem; }
h2 + .quiet { margin-bottom: .5rem; }
p { margin: 0 0 .75rem; }
a { color: var(--link); }
h2 a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px;
}
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { margin: 0 0 .75rem; padding: .75rem 1rem; background: var(--panel); border-radius: .375rem; white-space: pre-wrap; }
pre i { color: var(--quiet); }
.quiet { color: var(--quiet); overflow-wrap: anywhere; }
.note, .error { padding: .6rem .9rem; border-left: 3px solid currentColor; background: var(--panel); }
.note { color: var(--note); }
.error { color: var(--error); }
.text { white-space: pre-line; overflow-wrap: anywhere; }
.words code { display: inline-block; margin: 0 .25rem .35rem 0; padding: .1rem .45rem; background: var(--panel); border-radius: .25rem; }
.files { list-style: none; margin: 0; padding: 0; }
.files li { padding: .6rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.files .quiet { display: block; }
.more { margin-top: 2rem; }
form { max-width: 24rem; margin: 0 0 1.5rem; }
label { display: block; margin: 1rem 0 .3rem; font-weight: 550; }
input {
  width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--quiet); border-radius: .375rem;
}
button {
  margin-top: 1.25rem; padding: .65rem 1.4rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .375rem;
}
button.second { margin-top: 0; color: var(--link); background: transparent; border-color: var(--line); }
.skip { position: absolute; left: .5rem; top: -4rem; padding: .5rem .75rem; background: var(--paper); }
.skip:focus { top: .5rem; }
`.trimStart()
