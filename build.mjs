import { build } from 'rolldown'

// Makes dist/: the program in a few files, because loading some two hundred took a third of the time that a small
// capture needs (`npm run bench -- --part startup`). Packages stay where npm puts them.
await build({
  input: {
    main: 'src/main.ts',
    'observe-worker': 'src/observe-worker.ts',
    'unpack-worker': 'src/capture/unpack-worker.ts',
  },
  platform: 'node',
  external: /^(?:node:|[^./])/,
  output: { dir: 'dist', cleanDir: true, chunkFileNames: '[name].js', sourcemap: true },
})
