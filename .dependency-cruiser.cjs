// Who may import whom: docs/design.md, "The rooms". An arrow that is not listed here is refused.
const ARROWS = {
  capture: [],
  wire: [],
  evidence: [],
  flow: ['wire', 'evidence'],
  inventory: [],
  rules: ['inventory'],
  judge: ['flow', 'evidence', 'inventory', 'rules'],
  store: ['judge', 'flow', 'evidence', 'inventory', 'rules', 'capture'],
  report: ['store', 'judge', 'evidence', 'inventory', 'rules'],
  cli: ['capture', 'inventory', 'rules', 'judge', 'store', 'report'],
}
/** The files that see all stages. */
const PIPELINE = ['analyze', 'rejudge', 'observe', 'observed', 'observe-worker', 'kept-flows', 'suggest']

const rooms = Object.keys(ARROWS)

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-unknown-room', severity: 'error', from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/|^src/[^/]+$` }, to: {} },
    ...rooms.map((room) => ({
      name: `${room}-imports`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: '^src/',
        pathNot: [
          `^src/(${[room, ...ARROWS[room]].join('|')})/`,
          ...(room === 'cli' ? [`^src/(${PIPELINE.join('|')})\\.ts$`] : []),
        ],
      },
    })),
    {
      name: 'one-place-for-sqlite',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/open\\.ts$' },
      to: { path: 'better-sqlite3', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
}
