/**
 * The enumerations of the site API in its exact letters (contract §4). Clients match them letter by letter, so a value
 * that is not listed here is never sent.
 */
export const modelTypes = [
  'Checkpoint',
  'TextualInversion',
  'Hypernetwork',
  'AestheticGradient',
  'LORA',
  'LoCon',
  'DoRA',
  'Controlnet',
  'Upscaler',
  'MotionModule',
  'VAE',
  'TextEncoder',
  'UNet',
  'CLIPVision',
  'Poses',
  'Wildcards',
  'Workflows',
  'ComfyWorkflows',
  'Detection',
  'VisionLanguage',
  'CLIP',
  'LLM',
  'Other',
] as const
export type ModelType = (typeof modelTypes)[number]

export const modelFileTypes = [
  'Model',
  'Text Encoder',
  'Vision Encoder',
  'Pruned Model',
  'Negative',
  'Training Data',
  'VAE',
  'Config',
  'Archive',
  'UNet',
  'Diffusion Model',
  'CLIPVision',
  'ControlNet',
  'Workflow',
  'Upscaler',
  'Enhancement LoRA',
  'Other',
] as const
export type ModelFileType = (typeof modelFileTypes)[number]

export const modelFormats = ['SafeTensor', 'PickleTensor', 'GGUF', 'Diffusers', 'Core ML', 'ONNX', 'Other'] as const
export type ModelFormat = (typeof modelFormats)[number]

export const modelFileSizes = ['full', 'pruned'] as const
export type ModelFileSize = (typeof modelFileSizes)[number]

export const floatPrecisions = [
  'fp32',
  'fp16',
  'bf16',
  'mxfp8',
  'fp8_mixed',
  'fp8_scaled',
  'fp8',
  'int8',
  'nf4',
  'nvfp4',
  'int4',
] as const
/** What the site calls `fp`: the precision of a file's weights. */
export type FloatPrecision = (typeof floatPrecisions)[number]

// biome-ignore format: a table reads better than forty lines
export const quantTypes = [
  'None', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q5_K_S', 'Q5_1', 'Q5_0', 'Q4_K_XL', 'Q4_K_M', 'Q4_K_S', 'Q4_1', 'Q4_0', 'Q3_K_XL',
  'Q3_K_L', 'Q3_K_M', 'Q3_K_S', 'Q2_K_XL', 'Q2_K', 'Q2_K_S', 'IQ4_XS', 'IQ4_KS', 'IQ4_NL', 'IQ3_M', 'IQ3_S', 'IQ3_XS',
  'IQ3_XXS', 'IQ2_XS', 'IQ2_XXS', 'IQ2_S', 'IQ2_M', 'IQ1_S', 'IQ1_M', 'TQ2_0', 'TQ1_0',
] as const
export type QuantType = (typeof quantTypes)[number]

export const baseModelTypes = ['Standard', 'Inpainting', 'Refiner', 'Pix2Pix'] as const
export type BaseModelType = (typeof baseModelTypes)[number]

export const checkpointTypes = ['Trained', 'Merge'] as const
export type CheckpointType = (typeof checkpointTypes)[number]

/** What the `checkpointType` parameter takes; `Standard` restricts nothing (contract §2 GET /models). */
export const checkpointTypeFilters = [...checkpointTypes, 'Standard'] as const

export const commercialUses = ['None', 'Image', 'RentCivit', 'Rent', 'Sell'] as const
export type CommercialUse = (typeof commercialUses)[number]

export const availabilities = ['Public', 'Unsearchable', 'Private', 'EarlyAccess'] as const
export type Availability = (typeof availabilities)[number]

export const modelModes = ['Archived', 'TakenDown'] as const
export type ModelMode = (typeof modelModes)[number]

export const scanResults = ['Pending', 'Success', 'Danger', 'Error'] as const
export type ScanResult = (typeof scanResults)[number]

export const uploadTypes = ['Created', 'Trained'] as const

export const usageControls = ['Download', 'Generation', 'InternalGeneration', 'ExternalGeneration'] as const

export const hashKinds = ['AutoV1', 'AutoV2', 'AutoV3', 'SHA256', 'CRC32', 'BLAKE3'] as const
export type HashKind = (typeof hashKinds)[number]

export const mediaTypes = ['image', 'video', 'audio'] as const
export type MediaType = (typeof mediaTypes)[number]

export const metricTimeframes = ['Day', 'Week', 'Month', 'Year', 'AllTime'] as const
/** What the `period` parameter takes. */
export type MetricTimeframe = (typeof metricTimeframes)[number]

export const modelSorts = [
  'Highest Rated',
  'Most Downloaded',
  'Most Liked',
  'Most Discussed',
  'Most Collected',
  'Most Images',
  'Newest',
  'Oldest',
] as const
export type ModelSort = (typeof modelSorts)[number]

export const imageSorts = ['Most Reactions', 'Most Comments', 'Most Collected', 'Newest', 'Oldest', 'Random'] as const
export type ImageSort = (typeof imageSorts)[number]

export const collectionSorts = ['Most Followers', 'Newest'] as const
export type CollectionSort = (typeof collectionSorts)[number]

export const collectionTypes = ['Model', 'Article', 'Post', 'Image', 'Model3D'] as const
export type CollectionType = (typeof collectionTypes)[number]

export const vaultSorts = ['Recently Added', 'Recently Created', 'Model Name', 'Model Size'] as const
export type VaultSort = (typeof vaultSorts)[number]

export const vaultItemStatuses = ['Pending', 'Stored', 'Failed'] as const
