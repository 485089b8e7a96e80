const modelExtension = /\.(?:safetensors|ckpt|pt|pth|bin|gguf|onnx|zip|yaml)$/i

/** A file name without the extension of a model file: nearly every model has a file with such an extension. */
export const stemOf = (fileName: string): string => fileName.replace(modelExtension, '')

/** What is searched for when a person typed this: the full name of a file finds what its stem finds. */
export const searchedText = (typed: string): string => {
  const stem = stemOf(typed.trim())
  return stem === '' ? typed : stem
}

/** Maximum length of the file names that are searched of one model, in characters. */
const maxCharacters = 20_000

/** The searched text of the names of a model's files. */
export const textOfFileNames = (fileNames: Iterable<string>): string =>
  [...new Set([...fileNames].map(stemOf))].join(' ').slice(0, maxCharacters)
