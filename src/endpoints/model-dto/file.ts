import { z } from 'zod'
import { hashKinds, modelFileSizes, modelFileTypes, modelFormats, scanResults } from '../../catalog/enums.ts'

/** A file as models and versions show it (contract §2 GET /models). */
export const ModelFile = z
  .object({
    id: z.int(),
    name: z.string(),
    type: z.enum(modelFileTypes),
    sizeKB: z.number().describe('Kibibytes, with a fraction.'),
    metadata: z.object({
      format: z.enum(modelFormats).optional(),
      size: z.enum(modelFileSizes).optional(),
      fp: z.string().optional(),
      quantType: z.string().optional(),
    }),
    pickleScanResult: z.enum(scanResults),
    pickleScanMessage: z.string().nullable(),
    virusScanResult: z
      .enum(scanResults)
      .describe(
        '`Success` also where the structure of a data-only format was verified; `virusScanMessage` says which.',
      ),
    virusScanMessage: z.string().nullable(),
    scannedAt: z.iso.datetime(),
    hashes: z
      .partialRecord(z.enum(hashKinds), z.string())
      .describe('Upper-case hexadecimal, by kind. Kinds that the file has none of are absent.'),
    downloadUrl: z.string().optional().describe('Absent where the model offers no downloads any more.'),
    primary: z.boolean().optional().describe('The file that a download without selectors gives.'),
  })
  .meta({ id: 'ModelFile', description: 'A file of a version.' })
export type ModelFile = z.infer<typeof ModelFile>
