import assert from 'node:assert/strict'
import type { Hub } from '../conformance/hub.ts'
import * as responses from './responses.ts'
import { type Decode, flag, list, map, object, type Shape } from './shape.ts'

/** How many of each kind a client has read. */
export type Counts = Record<'models' | 'versions' | 'files' | 'images' | 'posts' | 'creators' | 'tags', number>

/** Reads every list and every detail of a hub as a client with an account does. @throws what the client throws */
export async function readEverything(hub: Hub, { decode, token }: { decode: Decode; token: string }): Promise<Counts> {
  const counts: Counts = { models: 0, versions: 0, files: 0, images: 0, posts: 0, creators: 0, tags: 0 }
  const get = async (target: string, shape: Shape, init: Parameters<Hub['ask']>[1] = {}) => {
    const answer = await hub.ask(target, init)
    const json = answer.body.toString()
    assert.equal(answer.status, 200, `${target}: ${json}`)
    try {
      decode(json, shape)
    } catch (error) {
      throw new Error(`${target}: ${error instanceof Error ? error.message : error}`)
    }
    // What the walk itself goes by; the client has checked it.
    return JSON.parse(json)
  }
  async function* walk(first: string, item: Shape, metadata: Shape) {
    for (let target: string | undefined = first; target !== undefined; ) {
      const page: Page = await get(target, object({ items: list(item), metadata }))
      yield* page.items
      target = page.metadata.nextPage
    }
  }
  const v1 = '/api/v1'

  const sha256: string[] = []
  const versionIds: number[] = []
  for await (const model of walk(`${v1}/models?limit=7&nsfw=true`, responses.model, responses.cursorMetadata)) {
    counts.models++
    await get(`${v1}/models/${model.id}`, responses.model)
    for (const { id, files } of model.modelVersions) {
      counts.versions++
      versionIds.push(id)
      await get(`${v1}/model-versions/${id}`, responses.detailedVersion)
      await get(`${v1}/model-versions/mini/${id}`, responses.miniVersion)
      for (const file of files) {
        counts.files++
        sha256.push(file.hashes.SHA256)
        await get(`${v1}/model-versions/mini/${id}?modelFileId=${file.id}`, responses.miniVersion)
        for (const hash of Object.values(file.hashes as Record<string, string>))
          await get(`${v1}/model-versions/by-hash/${hash}`, responses.detailedVersion)
      }
    }
  }
  const post = { method: 'POST', json: sha256.slice(0, 100) }
  await get(`${v1}/model-versions/by-hash`, list(responses.detailedVersion), post)
  await get(`${v1}/model-versions/by-hash/ids`, responses.versionIds, post)

  const postIds = new Set<number>()
  const all = `${v1}/images?limit=9&nsfw=X&withMeta=true&withTags=true`
  for await (const image of walk(all, responses.image, responses.cursorMetadata)) {
    counts.images++
    postIds.add(image.postId)
    await get(
      `${v1}/images?ids=${image.id}&nsfw=X`,
      object({ items: list(responses.image), metadata: responses.cursorMetadata }),
    )
  }
  for await (const image of walk(`${v1}/images?limit=50`, responses.image, responses.cursorMetadata))
    if (postIds.delete(image.postId)) {
      counts.posts++
      await get(`${v1}/posts/${image.postId}`, responses.post)
    }

  for await (const _ of walk(`${v1}/creators?limit=5`, responses.creator, responses.countedMetadata)) counts.creators++
  for await (const _ of walk(`${v1}/tags?limit=5`, responses.tagItem, responses.countedMetadata)) counts.tags++
  const users = object({ items: list(responses.user) })
  await get(`${v1}/users?query=a`, users, { token })
  await get(`${v1}/users?ids=1,2,3`, users, { token })
  await get(`${v1}/enums`, responses.enums)
  await get(`${v1}/articles`, object({ items: list(responses.image), metadata: object({}) }))
  await get(`${v1}/permissions/check?entityIds=${versionIds.slice(0, 9)}&permission=Generate`, map(flag))
  for await (const { id } of walk(`${v1}/collections?limit=1`, responses.collection, responses.collectionMetadata))
    await get(`${v1}/collections/${id}`, responses.detailedCollection)

  await get(`${v1}/me`, responses.me, { token })
  const [first, second] = versionIds
  for (const version of [first, second])
    await get(`${v1}/vault/toggle-version?modelVersionId=${version}`, responses.toggled, { method: 'POST', token })
  await get(`${v1}/vault/get`, responses.vault, { token })
  await get(`${v1}/vault/all`, responses.vaultItems, { token })
  await get(`${v1}/vault/check-vault?modelVersionIds=${first},${second},5`, responses.vaultChecks, { token })
  for (const version of [first, second])
    await get(`${v1}/vault/toggle-version?modelVersionId=${version}`, responses.toggled, { method: 'POST', token })
  return counts
}

// biome-ignore lint/suspicious/noExplicitAny: items were checked by the client, whose shapes are values and no types
type Page = { items: any[]; metadata: { nextPage?: string } }
