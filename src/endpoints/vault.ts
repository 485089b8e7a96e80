import { z } from 'zod'
import { modelTypes, vaultSorts } from '../catalog/enums.ts'
import { endpoint } from './core/define.ts'
import { invalid, notFound, unauthorized } from './core/errors.ts'
import { id, idList, integer, listOf, oneOf, text, textList, time } from './core/parameters.ts'
import { exampleVaultItem } from './examples/vault.ts'
import { toVaultItemDto, VaultItem } from './vault-presentation.ts'

const Vault = z
  .object({
    userId: z.int(),
    storageKb: z.int(),
    usedStorageKb: z.int(),
    meta: z.object({}),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Vault', description: 'How much a vault holds, in kibibytes. The hub sets no limit.' })

/**
 * The hub sets no limit. Clients draw what is used as a share of `storageKb` and compute what is left, and some read 32
 * bits: so the largest of these, 2 TiB, and never less than what is used.
 */
const noLimitKb = 2 ** 31 - 1

export const getVault = endpoint({
  method: 'GET',
  path: '/api/v1/vault/get',
  category: 'authenticated',
  scope: 'VaultRead',
  summary: "How much the caller's vault holds",
  example: {
    reply: {
      vault: {
        userId: 4,
        storageKb: noLimitKb,
        usedStorageKb: 305,
        meta: {},
        updatedAt: '2026-03-15T18:03:56.702Z',
      },
    },
  },
  reply: z.object({ vault: Vault }),
  async handle({ principal: { accountId }, vaults }) {
    const measured = await vaults.measure(accountId)
    // The account went away between authentication and here.
    if (!measured) throw unauthorized()
    const { usedStorageKb, updatedAt } = measured
    return {
      vault: {
        userId: accountId,
        storageKb: Math.max(noLimitKb, usedStorageKb),
        usedStorageKb,
        meta: {},
        updatedAt: new Date(updatedAt).toISOString(),
      },
    }
  },
})

export const listVaultItems = endpoint({
  method: 'GET',
  path: '/api/v1/vault/all',
  category: 'authenticated',
  scope: 'VaultRead',
  summary: "The versions in the caller's vault, page by page",
  description: 'What was known of a version when it was put in, whatever becomes of it in the library.',
  example: {
    query: { types: 'LORA' },
    reply: { items: [exampleVaultItem], totalItems: 1, currentPage: 1, pageSize: 60, totalPages: 1 },
  },
  query: z.object({
    limit: integer({ min: 1, max: 200 }).default(60),
    /** 0 is the first page, as at the site. */
    page: integer({ min: 0, max: 2 ** 31 - 1 })
      .default(1)
      .describe('Counts from 1; 0 is the first page too.'),
    query: text().optional().describe('What the name of the model, the version or the creator holds.'),
    types: listOf(modelTypes).optional(),
    categories: textList().optional(),
    baseModels: textList().optional(),
    dateCreatedFrom: time('from').optional().describe('A day or a time, in UTC unless it names a zone.'),
    dateCreatedTo: time('to').optional().describe('A day, with all of it, or a time; in UTC unless it names a zone.'),
    dateAddedFrom: time('from').optional().describe('A day or a time, in UTC unless it names a zone.'),
    dateAddedTo: time('to').optional().describe('A day, with all of it, or a time; in UTC unless it names a zone.'),
    sort: oneOf(vaultSorts).default('Recently Added'),
  }),
  reply: z.object({
    items: z.array(VaultItem),
    totalItems: z.int(),
    currentPage: z.int(),
    pageSize: z.int(),
    totalPages: z.int(),
  }),
  async handle({ query, principal: { accountId }, vaults, origin }) {
    const { limit, dateCreatedFrom, dateCreatedTo, dateAddedFrom, dateAddedTo, ...asked } = query
    const page = Math.max(1, query.page)
    const { items, totalItems } = await vaults.list({
      ...asked,
      accountId,
      created: { from: dateCreatedFrom, to: dateCreatedTo },
      added: { from: dateAddedFrom, to: dateAddedTo },
      limit,
      offset: (page - 1) * limit,
    })
    return {
      items: items.map((item) => toVaultItemDto(item, origin)),
      totalItems,
      currentPage: page,
      pageSize: limit,
      totalPages: Math.ceil(totalItems / limit),
    }
  },
})

const unreadableIds = 'Could not parse provided model versions array.'

/** As many as one request may ask of. */
const maxChecked = 1000

export const checkVault = endpoint({
  method: 'GET',
  path: '/api/v1/vault/check-vault',
  category: 'authenticated',
  scope: 'VaultRead',
  summary: "Which of some versions are in the caller's vault, in the order of the request",
  errors: [{ kind: 'invalid', text: unreadableIds }],
  example: {
    query: { modelVersionIds: '900401,900102' },
    reply: [
      { modelVersionId: 900401, vaultItem: exampleVaultItem },
      { modelVersionId: 900102, vaultItem: null },
    ],
  },
  // Null: they could not be read, which has a text of its own.
  query: z.object({
    modelVersionIds: idList({ max: maxChecked }).nullable().optional().catch(null).describe('Ids, at most 1,000.'),
  }),
  reply: z.array(z.object({ modelVersionId: z.int(), vaultItem: VaultItem.nullable() })),
  async handle({ query: { modelVersionIds = [] }, principal: { accountId }, vaults, origin }) {
    if (modelVersionIds === null) throw invalid(unreadableIds)
    const kept = await vaults.keptOf({ accountId, versionIds: modelVersionIds })
    return modelVersionIds.map((modelVersionId) => {
      const item = kept.get(modelVersionId)
      return { modelVersionId, vaultItem: item ? toVaultItemDto(item, origin) : null }
    })
  },
})

const unreadableId = 'Could not parse provided model version'

export const toggleVaultVersion = endpoint({
  method: 'POST',
  path: '/api/v1/vault/toggle-version',
  category: 'authenticated',
  scope: 'VaultWrite',
  summary: "Puts a version into the caller's vault, or takes it out",
  errors: [
    { kind: 'invalid', text: unreadableId },
    { kind: 'notFound', what: 'Model not found' },
  ],
  example: { query: { modelVersionId: '900401' }, reply: { success: true, vaultId: 1 } },
  query: z.object({ modelVersionId: id().optional().catch(undefined) }),
  /** `vaultId` is the item's id, and absent when the version was taken out: so the site has it. */
  reply: z.object({ success: z.literal(true), vaultId: z.int().optional() }),
  async handle({ query: { modelVersionId }, principal: { accountId }, vaults }) {
    if (modelVersionId === undefined) throw invalid(unreadableId)
    const toggled = await vaults.toggle({ accountId, versionId: modelVersionId })
    switch (toggled.kind) {
      case 'added':
        return { success: true, vaultId: toggled.itemId } as const
      case 'removed':
        return { success: true } as const
      case 'unknownVersion':
        throw notFound('Model not found')
    }
  },
})
