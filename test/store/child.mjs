// A process of its own that uses a database: node child.mjs <modules> <command> <request>. See process.ts.

const [, , modules, command, requestText] = process.argv
const { database, point, paths, inventories = [] } = JSON.parse(requestText)

const load = (module) => import(new URL(module, modules).href)
const { openToRead, openToWrite } = await load('store/open.js')

process.stdout.write('ready\n')
await new Promise((resolve) => {
  process.stdin.once('data', resolve).once('end', resolve)
})
process.stdin.unref()

/** One analysis with each of the inventories. */
async function analyzeOnce(db) {
  const { analyze } = await load('analyze.js')
  const { captureSets } = await load('capture/capture-set.js')
  const { readInventory } = await load('inventory/read.js')
  const { DEFAULT_RULES, selectRules } = await load('rules/pack.js')
  const rules = selectRules(DEFAULT_RULES, 'full')
  for (const inventoryFile of inventories) {
    const [set] = await captureSets(paths, point)
    await analyze(db, set, { inventory: readInventory(inventoryFile), inventoryFile, rules }, 'all')
  }
}

async function run() {
  const db = command === 'points' ? openToRead(database) : openToWrite(database)
  if (command === 'points') {
    console.log(JSON.stringify(db.prepare('SELECT point FROM captures ORDER BY point').pluck().all()))
  }
  if (command === 'analyze') await analyzeOnce(db)
  while (command === 'analyze-for-ever') await analyzeOnce(db)
  db.close()
}

try {
  await run()
} catch (error) {
  console.error(`${error.name}: ${error.message}`)
  process.exitCode = 2
}
