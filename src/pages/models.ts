import type { Models } from '../catalog/models/open-models.ts'
import { presentDetailedVersion } from '../endpoints/model-presentation/detailed-version.ts'
import type { ModelFile } from '../endpoints/model-presentation/file.ts'
import { presentModel } from '../endpoints/model-presentation/model.ts'
import type { Page, PageAnswer } from './define.ts'
import { type Html, html } from './html.ts'
import { plainText } from './plain-text.ts'
import { readableSize } from './readable-size.ts'
import type { ViewerOf } from './viewer.ts'

/** What the API shows of a model and of a version, for people. Addresses are those of the site's own pages. */
export function modelPages(models: Models, viewerOf: ViewerOf): Page[] {
  const showModel: Page['answer'] = async ({ params, query, origin, cookie }) => {
    const viewer = await viewerOf(cookie)
    const record = await models.byId(readId(params.id))
    if (!record) return missing('There is no such model', viewer)
    const model = presentModel(record, { origin })
    const asked = model.modelVersions.find(({ id }) => String(id) === query.get('modelVersionId'))
    if (asked) return { kind: 'redirect', status: 302, path: `/model-versions/${asked.id}` }
    const content = html`
<h1>${model.name}</h1>
<p class="quiet">${model.type}${model.creator && ` by ${model.creator.username}`}</p>
${modeNote(model.mode)}
${model.modelVersions.map(
  (version) => html`
<h2><a href="/model-versions/${version.id}">${version.name}</a></h2>
<p class="quiet">${version.baseModel}</p>
${fileList(version.files)}`,
)}
${description(model.description)}
<p class="quiet more"><a href="/api/v1/models/${model.id}">As JSON</a></p>`
    return { kind: 'page', status: 200, title: model.name, viewer, content }
  }

  const showVersion: Page['answer'] = async ({ params, origin, cookie }) => {
    const viewer = await viewerOf(cookie)
    const record = await models.versions.byId(readId(params.id))
    if (!record) return missing('There is no such model version', viewer)
    const version = presentDetailedVersion(record, origin)
    const content = html`
<h1>${version.model.name}</h1>
<p class="quiet">${version.model.type} · ${version.name} · ${version.baseModel}</p>
${modeNote(version.model.mode)}
${fileList(version.files)}
${
  version.trainedWords.length > 0 &&
  html`<h2>Trained words</h2>
<p class="words">${version.trainedWords.map((word) => html`<code>${word}</code> `)}</p>`
}
${description(version.description)}
<p class="quiet more"><code>${version.air}</code></p>
<p class="quiet"><a href="/models/${version.modelId}">All versions</a> · <a href="/api/v1/model-versions/${version.id}">As JSON</a></p>`
    const title = `${version.model.name}, ${version.name}`
    return { kind: 'page', status: 200, title, viewer, content }
  }

  return [
    { method: 'GET', path: '/models/:id', answer: showModel },
    { method: 'GET', path: '/models/:id/:name', answer: showModel },
    { method: 'GET', path: '/model-versions/:id', answer: showVersion },
  ]
}

const fileList = (files: readonly ModelFile[]): Html =>
  files.length === 0
    ? html`<p class="quiet">No files.</p>`
    : html`
<ul class="files">${files.map(
        (file) => html`
<li>${file.downloadUrl === undefined ? file.name : html`<a href="${file.downloadUrl}">${file.name}</a>`}
<span class="quiet">${[file.type, file.metadata.format, file.metadata.size, file.metadata.fp, readableSize(file.sizeKB)]
          .filter((trait) => trait !== undefined)
          .join(' · ')}</span></li>`,
      )}
</ul>`

function modeNote(mode: 'Archived' | 'TakenDown' | undefined): Html | undefined {
  if (mode === undefined) return undefined
  const what = mode === 'Archived' ? 'archived' : 'taken down'
  return html`<p class="note">This model was ${what}. It cannot be downloaded.</p>`
}

const description = (text: string | null): Html | undefined => {
  const words = text === null ? '' : plainText(text)
  return words === '' ? undefined : html`<h2>Description</h2><div class="text">${words}</div>`
}

const missing = (what: string, viewer: string | undefined): PageAnswer => ({
  kind: 'page',
  status: 404,
  title: what,
  viewer,
  content: html`<h1>${what}</h1><p>It may have been removed from the library. <a href="/">To the front page</a></p>`,
})

/** 0 is an id that nothing has; so is whatever is no 32-bit integer. */
function readId(text: string | undefined): number {
  const id = /^\d{1,10}$/.test(text ?? '') ? Number(text) : 0
  return id < 2 ** 31 ? id : 0
}
