import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPathHints } from '../entries/path-hints.ts'

test('a generic name is replaced by the nearest informative folder', () => {
  const names: [string, string][] = [
    ['controlnet/control-canny/diffusion_pytorch_model.safetensors', 'control-canny'],
    ['diffusion_models/Qwen-Image/diffusion_pytorch_model-00001-of-00003.safetensors', 'Qwen-Image'],
    ['diffusers/dreamshaper-8/unet/diffusion_pytorch_model.fp16.safetensors', 'dreamshaper-8'],
    ['hub/models--org--fox-lora/snapshots/abc123/pytorch_lora_weights.safetensors', 'fox-lora'],
    ['hub/models--gpt2/snapshots/abc123/model.safetensors', 'gpt2'],
    ['llm/Mixtral-00001-of-00002.gguf', 'Mixtral'],
    ['checkpoints/big-00001-of-00002.safetensors', 'big'],
    ['loras/fox/my-fox.safetensors', 'my-fox'],
    ['loras/pytorch_lora_weights.safetensors', 'pytorch lora weights'],
    ['constructor/model.safetensors', 'constructor'],
    ['model.safetensors', 'model'],
  ]
  for (const [path, name] of names) assert.equal(readPathHints(path).modelName, name, path)
})
