import { baseModelMentioned, baseModelNamed } from '../../catalog/base-model-names.ts'
import type { BaseModelType, FloatPrecision, ModelFileSize, ModelType, QuantType } from '../../catalog/enums.ts'
import { type BaseModelStatement, chooseBaseModel } from './base-model-evidence.ts'
import { ggufFamily, ggufQuantType } from './gguf-metadata.ts'
import { readTrainingFacts, type TrainingFacts } from './kohya-metadata.ts'
import { type ModelSpec, readModelSpec } from './modelspec.ts'
import { evidenceOf, type TensorFamily } from './tensor-evidence.ts'
import { familyOfTensors } from './tensor-family.ts'
import { kindOfTensors } from './tensor-kind.ts'
import { layersOf } from './tensor-layers.ts'
import { nameTensors } from './tensor-names.ts'
import { completenessOf, precisionOfTensors } from './tensor-precision.ts'
import type { ModelHeader } from './tensors.ts'

/** What the header of a model file proves or states about it. Absent means that it does not say. */
export type HeaderFacts = {
  /** The tensors take up the file to its last byte (`tensor-layout.ts`). */
  isVerified?: boolean
  modelType?: ModelType
  /** By the header alone: what it states, as far as the tensors allow it. */
  baseModel?: string
  /** What the tensors prove. */
  family?: TensorFamily
  /** What the header states of the base model, most trusted first. */
  statements?: BaseModelStatement[]
  baseModelType?: BaseModelType
  fp?: FloatPrecision
  quantType?: QuantType
  size?: ModelFileSize
  spec?: ModelSpec
  training?: TrainingFacts
}

/** Reads everything that a header says: its metadata first, then what the tensors themselves prove. */
export function describeHeader(header: ModelHeader): HeaderFacts {
  const { metadata, tensors } = header
  const names = nameTensors(tensors)
  const spec = readModelSpec(metadata)
  const training = readTrainingFacts(metadata)
  const family = familyOfTensors(evidenceOf(names, layersOf(tensors))) ?? ggufFamily(header)
  const statements = statementsOf(spec, training)
  const { baseModel } = chooseBaseModel(statements, family)
  const quantType = header.format === 'GGUF' ? ggufQuantType(metadata) : undefined
  const facts = {
    modelType: kindOfTensors(names) ?? spec?.modelType ?? (training?.networkModule === undefined ? undefined : 'LORA'),
    baseModel: baseModel === 'Other' ? undefined : baseModel,
    family,
    statements: statements.length > 0 ? statements : undefined,
    baseModelType: family?.baseModelType ?? spec?.baseModelType,
    fp: header.format === 'GGUF' ? undefined : precisionOfTensors(tensors),
    quantType,
    size: completenessOf(tensors),
    spec,
    training,
  }
  const known = Object.entries(facts).filter(([, value]) => value !== undefined)
  return Object.fromEntries(known) as HeaderFacts // the undefined ones are gone
}

/**
 * What a header states of its base model, most trusted first. Trainers name the family (SDXL) where the file they trained
 * on names the member (Pony).
 */
function statementsOf(spec: ModelSpec | undefined, training: TrainingFacts | undefined): BaseModelStatement[] {
  const trainedOn = training?.baseModelFile?.replace(/\.\w{2,12}$/, '') ?? ''
  const version = training?.baseModelVersion ?? ''
  return [
    ...stated(spec?.baseModel, 'modelspec.architecture'),
    ...stated(baseModelNamed(version) ?? baseModelMentioned(version), 'ss_base_model_version'),
    ...stated(baseModelNamed(trainedOn) ?? baseModelMentioned(trainedOn), 'ss_sd_model_name'),
  ]
}

const stated = (baseModel: string | undefined, where: string): BaseModelStatement[] =>
  baseModel === undefined ? [] : [{ baseModel, source: 'header', where, isCoarse: true, isOwn: false }]
