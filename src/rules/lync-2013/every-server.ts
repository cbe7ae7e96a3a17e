import type { Role } from '../../inventory/roles.ts'
import { port, table } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { LOGGING_AGENT, listener } from './citations.ts'

// What every Lync server answers. The Director's and the Edge's shares that pages of their own have are in director.ts
// and edge-internal.ts.

const INTERNAL_SERVERS: readonly Role[] = ['front-end', 'mediation', 'sba', 'sbs', 'persistent-chat']

export const EVERY_SERVER_RULES: readonly Rule[] = [
  logging(50001),
  logging(50002),
  logging(50003),
  {
    id: 'internal-cms-445',
    originators: ['cms-master'],
    responders: INTERNAL_SERVERS,
    transport: 'tcp',
    ports: port(445),
    protocol: 'smb',
    purpose: 'Configuration pushed from the Central Management store to internal servers',
    references: [table('internal-servers', 'int-cms-smb-445')],
  },
  ...(['director', ...INTERNAL_SERVERS, 'edge-internal'] as const).map(localDatabase),
]

/** The pages on logging have any server; those with rows of their own are left out here. */
function logging(number: number): Rule {
  return {
    id: `internal-cls-${number}`,
    originators: ['any'],
    responders: INTERNAL_SERVERS,
    transport: 'tcp',
    ports: port(number),
    protocol: 'wcf-mtls',
    purpose: 'Centralized Logging on internal servers: commands to the agent, log results back',
    references: [LOGGING_AGENT],
  }
}

/** A server asks on its own machine only, so that each kind of server is a rule of its own. */
function localDatabase(role: Role): Rule {
  return {
    id: `${role}-sql-browser-1434`,
    originators: [role],
    responders: [role],
    transport: 'udp',
    ports: port(1434),
    protocol: 'sql-browser',
    purpose: 'Finding the local configuration database; normally on the loopback address',
    references: [listener('int-all-sqlbrowser-1434')],
  }
}
