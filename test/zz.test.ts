import { it } from 'vitest'
import { conversationsOf, openedCapture, wrongsOf } from './support/damage.ts'
import { sample, sampleInventory } from './support/analysis.ts'
for (const [cap, inv] of [['director.pcapng','director.yaml'],['edge.pcap','edge.yaml']] as const)
it(cap, async () => {
  const opened = await openedCapture(sample(cap))
  const inventory = sampleInventory(inv)
  const w = wrongsOf(await conversationsOf(opened, opened.records, inventory))
  const seen = new Map<string, number>()
  for (let i = 0; i < opened.records.length; i++) {
    const rows = await conversationsOf(opened, opened.records.filter((_, k) => k !== i), inventory)
    const d = wrongsOf(rows)
    for (const x of d.refused.filter((x) => !w.refused.includes(x))) { const k = 'refused ' + x; seen.set(k, (seen.get(k) ?? 0) + 1) }
    for (const x of d.mismatched.filter((x) => !w.mismatched.includes(x))) { const k = 'mismatch ' + x; seen.set(k, (seen.get(k) ?? 0) + 1) }
  }
  for (const [k, v] of seen) console.log('#', cap, k, v)
}, 200000)
