import type { Rule } from '../rule.ts'
import { DIRECTOR_RULES } from './director.ts'
import { EDGE_ACCESS_RULES } from './edge-access.ts'
import { EDGE_AV_RULES } from './edge-av.ts'
import { EDGE_INTERNAL_RULES } from './edge-internal.ts'
import { FRONT_END_RULES } from './front-end.ts'

/** The rules of Lync Server 2013 in the order that decides between equally good ones. */
export const LYNC_2013_RULES: readonly Rule[] = [
  ...DIRECTOR_RULES,
  ...FRONT_END_RULES,
  ...EDGE_INTERNAL_RULES,
  ...EDGE_ACCESS_RULES,
  ...EDGE_AV_RULES,
]
