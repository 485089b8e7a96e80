import type { VaultItem } from '../vault-presentation.ts'
import { exampleOrigin } from './models.ts'

/** A version of the sample library in a vault. */
export const exampleVaultItem: VaultItem = {
  id: 1,
  vaultId: 4,
  status: 'Stored',
  modelVersionId: 900401,
  modelId: 900004,
  modelName: 'Ink and Mist',
  versionName: 'epoch 12',
  creatorId: 2,
  creatorName: 'sample_inkroom',
  type: 'LORA',
  baseModel: 'SDXL 1.0',
  category: 'style',
  modelSizeKb: 171,
  detailsSizeKb: 0,
  imagesSizeKb: 134,
  createdAt: '2026-03-14T15:09:00.000Z',
  addedAt: '2026-03-15T18:03:56.702Z',
  refreshedAt: null,
  notes: null,
  meta: { failures: 0 },
  coverImageUrl: `${exampleOrigin}/media/b6ed8abe-0eb7-45e0-847e-fb746eaea496/width=450/90040100.png`,
  files: [
    {
      id: 901401,
      sizeKB: 171.15625,
      url: `${exampleOrigin}/api/download/models/900401?fileId=901401`,
      displayName: 'ink_and_mist-000012.safetensors',
    },
  ],
}
