import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const hub = 'http://127.0.0.1:3333'

/** The web app as the hub serves it: `dist/web`, every file under a name of its content. `vite web` shows it while it is written. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // The content policy takes no `data:` addresses of scripts, styles or fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    // What every page needs comes in one piece: twenty small ones would wait for one another's connections.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
  },
  server: { proxy: { '/api': hub, '/media': hub, '/files': hub } },
})
