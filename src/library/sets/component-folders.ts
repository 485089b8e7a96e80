/** Names of component folders in diffusers pipelines. */
export const componentFolders: readonly string[] = [
  'unet',
  'transformer',
  'transformer_2',
  'prior',
  'decoder',
  'controlnet',
  'motion_adapter',
  'vae',
  'vqvae',
  'movq',
  'vocoder',
  'safety_checker',
  'text_encoder',
  'text_encoder_2',
  'text_encoder_3',
  'image_encoder',
]
