/** Names that identify no model: those that the libraries of Hugging Face give every file, and the index of a pipeline. Lower case. */
export const genericStems: ReadonlySet<string> = new Set([
  ...['diffusion_pytorch_model', 'pytorch_model', 'pytorch_lora_weights', 'model', 'adapter_model', 'tf_model'],
  ...['flax_model', 'model_index'],
])

/** Words that identify no model, wherever they are in a name. Lower case. */
export const genericWords: ReadonlySet<string> = new Set([
  ...['adapter', 'bin', 'checkpoint', 'ckpt', 'copy', 'default', 'diffusion', 'download', 'ema', 'embedding', 'epoch'],
  ...['file', 'final', 'last', 'lora', 'model', 'new', 'no', 'of', 'pruned', 'pytorch', 'safetensors', 'sharded'],
  ...['step', 'temp', 'tmp', 'unknown', 'unnamed', 'untitled', 'vae', 'version', 'weights'],
])
