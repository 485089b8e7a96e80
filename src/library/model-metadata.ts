import { baseModelMentioned, baseModelNamed, moreExactBaseModel } from '../catalog/base-model-names.ts'
import type { BaseModelType, FloatPrecision, ModelFileSize, ModelType, QuantType } from '../catalog/enums.ts'
import { ggufFamily, ggufQuantType } from './gguf-metadata.ts'
import { readTrainingFacts, type TrainingFacts } from './kohya-metadata.ts'
import { type ModelSpec, readModelSpec } from './modelspec.ts'
import { familyOfTensors, type TensorFamily } from './tensor-family.ts'
import { kindOfTensors } from './tensor-kind.ts'
import { nameTensors } from './tensor-names.ts'
import { completenessOf, precisionOfTensors } from './tensor-precision.ts'
import type { ModelHeader } from './tensors.ts'

/** What the header of a model file proves or states about it. Absent means that it does not say. */
export type HeaderFacts = {
  modelType?: ModelType
  baseModel?: string
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
  const family = familyOfTensors(names)
  const quantType = header.format === 'GGUF' ? ggufQuantType(metadata) : undefined
  const facts = {
    modelType: kindOfTensors(names) ?? spec?.modelType ?? (training?.networkModule === undefined ? undefined : 'LORA'),
    baseModel: baseModelOf(spec, training, family ?? ggufFamily(header)),
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
 * The base model a header names. Trainers name the family (SDXL) where the file they trained on names the member
 * (Pony), so a member mentioned there wins when it belongs to the family.
 */
function baseModelOf(
  spec: ModelSpec | undefined,
  training: TrainingFacts | undefined,
  proven: TensorFamily | undefined,
) {
  const stated = spec?.baseModel ?? baseModelNamed(training?.baseModelVersion ?? '')
  const family = proven?.shared && stated !== undefined ? stated : moreExactBaseModel(proven?.baseModel, stated)
  const trainedOn = training?.baseModelFile?.replace(/\.\w{2,12}$/, '')
  return moreExactBaseModel(family, baseModelNamed(trainedOn ?? '') ?? baseModelMentioned(trainedOn ?? ''))
}
