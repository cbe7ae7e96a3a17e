import type { CaptureSet } from './capture/capture-set.ts'
import type { Inventory } from './inventory/inventory.ts'
import { assumedConversations } from './judge/assumed-conversations.ts'
import type { Conversation } from './judge/conversation.ts'
import { foldFlows } from './judge/fold.ts'
import { createJudge } from './judge/judge.ts'
import { PresentedNames } from './judge/presented-names.ts'
import { type Suggestions, suggest } from './judge/suggest.ts'
import { observe } from './observe.ts'
import type { Progress } from './observed.ts'
import type { RuleSet } from './rules/pack.ts'
import { addressText } from './wire/address.ts'

/** From captures to what they suggest for the inventory: read, add up, suggest. Nothing is stored. */
export async function suggestFrom(
  sets: readonly CaptureSet[],
  inventory: Inventory,
  rules: RuleSet,
  onProgress: (set: CaptureSet, progress: Progress) => void,
): Promise<Suggestions> {
  const { allows } = createJudge(inventory, rules)
  const captures: Conversation[][] = []
  const names = new PresentedNames()
  for (const set of sets) {
    const observed = await observe(set, (progress) => onProgress(set, progress))
    try {
      const folded = foldFlows(observed.log, observed.originNs)
      const conversations: Conversation[] = []
      captures.push(conversations)
      for (let number = 0; number < folded.certain.count; number += 1) conversations.push(folded.certain.at(number))
      for (const conversation of assumedConversations(folded.observations, allows)) conversations.push(conversation)
      observed.log.forEachAnswer((host, text) => {
        names.add(observed.log.hosts.text(host), 'dns', folded.names.text(text) as string)
      })
      for (const { address, name } of observed.names) {
        names.add(addressText(address.family, ...address.words), 'capture', name)
      }
    } finally {
      observed.log.close()
    }
  }
  for (const conversation of captures.flat()) if (conversation.certain) names.addConversation(conversation)
  return suggest(captures, names, inventory, rules)
}
