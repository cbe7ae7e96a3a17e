import { correction, port, table } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { printedAsTcp } from './citations.ts'

// The Mediation service, on servers of its own or on Front Ends, and the gateways it talks to.

export const MEDIATION_RULES: readonly Rule[] = [
  {
    id: 'mediation-pool-5070',
    originators: ['front-end'],
    responders: ['mediation', 'front-end'],
    transport: 'tcp',
    ports: port(5070),
    protocol: 'sip-mtls',
    purpose: 'Calls from the pool to the Mediation service',
    references: [
      table('internal-servers', 'int-med-5070'),
      table('internal-servers', 'int-fe-med-5070'),
      correction('internal-servers', 'int-med-5070', 'Printed twice, as TCP and as MTLS: mutual TLS is meant.'),
      printedAsTcp('int-fe-med-5070'),
    ],
  },
  {
    id: 'mediation-gateway-5067',
    originators: ['pstn-gateway'],
    responders: ['mediation', 'front-end'],
    transport: 'tcp',
    ports: port(5067),
    protocol: 'sip-tls',
    purpose: 'Calls from the PSTN gateway',
    references: [table('internal-servers', 'int-med-5067'), table('internal-servers', 'int-fe-med-5067')],
  },
  {
    id: 'mediation-gateway-5068',
    originators: ['pstn-gateway'],
    responders: ['mediation', 'front-end'],
    transport: 'tcp',
    ports: port(5068),
    protocol: 'sip',
    purpose: 'Calls from the PSTN gateway in clear; off until enabled',
    references: [table('internal-servers', 'int-med-5068'), table('internal-servers', 'int-fe-med-5068')],
  },
  {
    id: 'mediation-to-gateway-5081',
    originators: ['mediation', 'front-end'],
    responders: ['pstn-gateway'],
    transport: 'tcp',
    ports: port(5081),
    protocol: 'sip',
    purpose: 'Calls to the PSTN gateway in clear',
    references: [table('internal-servers', 'int-fe-med-5081')],
  },
  {
    id: 'mediation-to-gateway-5082',
    originators: ['mediation', 'front-end'],
    responders: ['pstn-gateway'],
    transport: 'tcp',
    ports: port(5082),
    protocol: 'sip-tls',
    purpose: 'Calls to the PSTN gateway',
    references: [table('internal-servers', 'int-fe-med-5082')],
  },
  {
    id: 'front-end-to-gateway-5066',
    originators: ['front-end'],
    responders: ['pstn-gateway'],
    transport: 'tcp',
    ports: port(5066),
    protocol: 'sip',
    purpose: 'Emergency calls to the E9-1-1 gateway',
    references: [
      table(
        'internal-servers',
        'int-fe-e911-5066',
        'The row names an E9-1-1 gateway; the inventory has it as a gateway.',
      ),
    ],
  },
]
