/** Says which files an empty folder waits for. */
export const FilesToPut = () => (
  <>
    Put model files into it: <code>.safetensors</code>, <code>.gguf</code>, <code>.ckpt</code>, <code>.pt</code>,{' '}
    <code>.pth</code>, <code>.bin</code>, <code>.onnx</code> or <code>.zip</code>, in any subfolder. Metadata files and
    preview images next to them are read too.
  </>
)
