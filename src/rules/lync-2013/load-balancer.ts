import type { Role } from '../../inventory/roles.ts'
import { correction, port, table } from '../notation.ts'
import type { Reference } from '../reference.ts'
import type { ApplicationProtocol, Rule } from '../rule.ts'

// What a hardware load balancer passes on to the servers of a pool, or probes. A balancer that translates sources comes
// with an address of its own, or with the virtual address, which counts as a server of the pool: Front Ends call each
// other anyway, for Directors the rules say so. Towards an Edge the rows say `any`.

export const LOAD_BALANCER_RULES: readonly Rule[] = [
  balanced('director', 80, 'http', [...webOfDirectors('client-web-80'), lacking('Director 80')]),
  balanced('director', 443, 'https', [...balancedWeb('Director 443'), ...webOfDirectors('client-web-443')]),
  balanced('director', 444, 'https', [balancedAlone('Director 444')]),
  balanced('director', 4443, 'https', [...balancedWeb('Director 4443'), ...webOfDirectors('rp-web-4443')]),
  balanced('director', 5061, 'sip-tls', [
    balancedAlone('Director 5061'),
    correction('director-hlb', 'dirhlb-edge-sip-5061', passedOn()),
  ]),
  balanced('director', 8080, 'http', [...webOfDirectors('rp-web-8080'), lacking('Director 8080')]),
  balanced('front-end', 80, 'http', balancedWeb('Front End 80')),
  balanced('front-end', 135, 'rpc', [balancedAlone('Front End 135')]),
  balanced('front-end', 443, 'https', balancedWeb('Front End 443')),
  balanced('front-end', 444, 'https', [balancedAlone('Front End 444')]),
  balanced('front-end', 448, 'ms-turn', [balancedAlone('Front End 448')]),
  balanced('front-end', 4443, 'https', balancedWeb('Front End 4443')),
  balanced('front-end', 5061, 'sip-tls', [balancedAlone('Front End 5061')]),
  balanced('front-end', 5070, 'sip-mtls', [balancedAlone('Front End 5070')]),
  balanced('front-end', 5071, 'sip-mtls', [balancedAlone('Front End 5071')]),
  balanced('front-end', 5072, 'sip-mtls', [balancedAlone('Front End 5072')]),
  balanced('front-end', 5073, 'sip-mtls', [balancedAlone('Front End 5073')]),
  balanced('front-end', 5075, 'sip-mtls', [balancedAlone('Front End 5075')]),
  balanced('front-end', 5076, 'sip-mtls', [balancedAlone('Front End 5076')]),
  balanced('front-end', 5080, 'sip-mtls', [balancedAlone('Front End 5080')]),
  balanced('front-end', 8080, 'http', balancedWeb('Front End 8080')),
  balanced('mediation', 5070, 'sip-mtls', [balancedAlone('Mediation Server 5070')]),
]

function balanced(server: Role, number: number, protocol: ApplicationProtocol, references: readonly Reference[]): Rule {
  return {
    id: `${server}-balanced-${number}`,
    originators: server === 'director' ? ['load-balancer', server] : ['load-balancer'],
    responders: [server],
    transport: 'tcp',
    ports: port(number),
    protocol,
    purpose: 'What the load balancer of a pool passes on, from an address of its own or the virtual one',
    references,
  }
}

/** A row of the table of pools that have hardware load balancing only. */
function balancedAlone(row: string): Reference {
  return table('internal-servers', `hardware load balancing only: ${row}`)
}

/** The same, with the row of pools that have DNS load balancing and balance their web services by hardware. */
function balancedWeb(row: string): readonly Reference[] {
  return [balancedAlone(row), table('internal-servers', `DNS load balancing: ${row}`)]
}

function lacking(row: string): Reference {
  const says = 'The load balancer tables lack it; the Director pages send it to the virtual address.'
  return correction('internal-servers', `hardware load balancing only: ${row}`, says)
}

/** A web row of the Director pool pages, whose responder is the virtual address. */
function webOfDirectors(row: string): readonly Reference[] {
  return [
    correction('director-dns-hlb', `dirdns-${row}`, passedOn()),
    correction('director-hlb', `dirhlb-${row}`, passedOn()),
  ]
}

function passedOn(): string {
  return 'The row ends at the virtual address; the balancer passes on to a Director, often from an address of its own.'
}
