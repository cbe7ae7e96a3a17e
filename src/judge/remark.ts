import { SSL_3_0 } from '../evidence/proof.ts'
import type { Placement } from '../inventory/lookup.ts'
import { differsFromName } from './certificate-name.ts'
import type { Conversation } from './conversation.ts'
import { hasFoldedEnd } from './folded-address.ts'
import { type Doubt, losesAnswers } from './trust.ts'

/** Something worth saying that changes no verdict. */
export const REMARKS = [
  'unusual-source',
  'unusual-destination',
  'name-differs',
  'certificate-expired',
  'ssl-3.0',
  'doubtful-outcome',
  'assumed-direction',
  'folded',
] as const
export type Remark = (typeof REMARKS)[number]

/** The remarks that need no rule, in the order of REMARKS. */
export function remarksOf(
  conversation: Conversation,
  doubts: readonly Doubt[],
  orig: Placement | undefined,
  resp: Placement | undefined,
): readonly Remark[] {
  const { origCertificate, respCertificate, expired, proof, certain } = conversation
  const remarks: Remark[] = []
  if (differsFromName(origCertificate, orig) || differsFromName(respCertificate, resp)) remarks.push('name-differs')
  if (expired > 0) remarks.push('certificate-expired')
  if (proof & SSL_3_0) remarks.push('ssl-3.0')
  if (isDoubtful(conversation, doubts)) remarks.push('doubtful-outcome')
  if (!certain) remarks.push('assumed-direction')
  if (hasFoldedEnd(conversation)) remarks.push('folded')
  return remarks
}

/** Whether the conversation looks refused or unanswered in a capture that may only have missed the answers. */
function isDoubtful({ outcomes }: Conversation, doubts: readonly Doubt[]): boolean {
  return outcomes.unanswered + outcomes.refused > 0 && losesAnswers(doubts)
}
