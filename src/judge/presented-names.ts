import type { Role } from '../inventory/roles.ts'
import type { Conversation } from './conversation.ts'
import { LABEL_KINDS, type LabelKind } from './labels.ts'

/** A name that the traffic has for an address. */
export interface PresentedName {
  readonly kind: LabelKind
  readonly name: string
  /** How many flows, answers or notes say so. */
  readonly times: number
}

/**
 * All names that the traffic has for addresses, best first. Certificates count by the name of their machine, the first
 * one; further ones are those of pools and services.
 */
export class PresentedNames {
  readonly #times = new Map<string, Map<string, number>>()

  addConversation({ origAddress, respAddress, origCertificate, respCertificate, claim, flows }: Conversation): void {
    this.#addIf(origAddress, 'certificate', origCertificate?.names[0], flows)
    this.#addIf(respAddress, 'certificate', respCertificate?.names[0], flows)
    this.#addIf(respAddress, 'asked-for', claim, flows)
  }

  add(address: string, kind: LabelKind, name: string, times = 1): void {
    const ofAddress = this.#times.get(address) ?? new Map<string, number>()
    const key = `${kind} ${name}`
    ofAddress.set(key, (ofAddress.get(key) ?? 0) + times)
    this.#times.set(address, ofAddress)
  }

  /** By kind, then the most frequent, then by alphabet. */
  of(address: string): readonly PresentedName[] {
    const times = [...(this.#times.get(address) ?? [])]
    return times.map(([key, count]) => presentedName(key, count)).sort(byWorth)
  }

  #addIf(address: string, kind: LabelKind, name: string | undefined, times: number): void {
    if (name !== undefined && name !== address && name !== '') this.add(address, kind, name, times)
  }
}

function presentedName(key: string, times: number): PresentedName {
  const blank = key.indexOf(' ')
  return { kind: key.slice(0, blank) as LabelKind, name: key.slice(blank + 1), times }
}

function byWorth(left: PresentedName, right: PresentedName): number {
  return (
    LABEL_KINDS.indexOf(left.kind) - LABEL_KINDS.indexOf(right.kind) ||
    right.times - left.times ||
    (left.name < right.name ? -1 : Number(left.name > right.name))
  )
}

/** How machines of a role are often called, by the first label of their name. */
const USUAL_NAMES: readonly (readonly [pattern: RegExp, roles: readonly Role[]])[] = [
  [/^(?:lync|sfb|ls)?-?dir/, ['director']],
  [/^(?:lync|sfb|ls)?-?(?:fe|fepool|pool|frontend|std|se)-?\d*$/, ['front-end']],
  [/edge/, ['edge-internal', 'edge-access', 'edge-webconf', 'edge-av']],
  [/^(?:sip|access)/, ['edge-access', 'federation-partner']],
  [/^webcon/, ['edge-webconf']],
  [/^av(?:edge)?\d*$/, ['edge-av']],
  [/^xmpp/, ['xmpp-partner']],
  [/^(?:rp|revproxy|proxy|tmg|arr)-?\d*$/, ['reverse-proxy-internal', 'reverse-proxy-external']],
  [/^(?:lyncweb|lyncdiscover$|webext)/, ['reverse-proxy-external']],
  [/^(?:dc|ad|gc)-?\d+$/, ['domain-controller', 'dns-server', 'time-server']],
  [/^(?:dns|ns)-?\d*$/, ['dns-server']],
  [/^(?:ntp|time)-?\d*$/, ['time-server']],
  [/^(?:.*sql|db)-?\d*$/, ['sql-backend']],
  [/^(?:fs|file|dfs)-?\w*\d*$/, ['file-store']],
  [/^(?:lync)?-?med/, ['mediation']],
  [/^(?:gw|sbc|pstn)-?\d*/, ['pstn-gateway']],
  [/^(?:wac|oos|owas)-?\d*$/, ['office-web-apps']],
  [/^(?:pchat|gc)-?\d*$/, ['persistent-chat']],
  [/^sba-?\d*/, ['sba']],
  [/^(?:admin|mgmt|jump)/, ['admin-station']],
  [/^(?:scom|mon|nagios|zabbix)/, ['monitoring']],
]

/** The roles that a name sounds like: it splits what the traffic leaves open, and never decides alone. */
export function soundsLike(name: string): ReadonlySet<Role> {
  const [label = ''] = name.toLowerCase().split('.')
  if (/\.online\.lync\.com$|\.infra\.lync\.com$/.test(name)) return new Set(['office-365'])
  return new Set(USUAL_NAMES.flatMap(([pattern, roles]) => (pattern.test(label) ? roles : [])))
}
