import { port, relatedPage } from '../notation.ts'
import type { PageId } from '../pages.ts'
import type { Rule } from '../rule.ts'

// The SQL Server of a pool. Named instances listen where their administrator has put them: no rule can name that port.

const SQL: PageId = 'sql-firewall'

export const SQL_BACKEND_RULES: readonly Rule[] = [
  {
    id: 'sql-backend-1433',
    originators: ['front-end'],
    responders: ['sql-backend'],
    transport: 'tcp',
    ports: port(1433),
    protocol: 'tds',
    purpose: 'Databases of the pool in the default instance',
    references: [relatedPage(SQL, 'sql-1433', 'The pool reaches the default instance on 1433.')],
  },
  {
    id: 'sql-backend-browser-1434',
    originators: ['front-end'],
    responders: ['sql-backend'],
    transport: 'udp',
    ports: port(1434),
    protocol: 'sql-browser',
    purpose: 'Asking for the port of an instance',
    references: [relatedPage(SQL, 'sql-browser-1434', 'The browser service tells the port of each instance.')],
  },
  {
    id: 'sql-backend-mirror-5022',
    originators: ['sql-backend'],
    responders: ['sql-backend'],
    transport: 'tcp',
    ports: port(5022),
    protocol: 'db-mirroring',
    purpose: 'Mirroring between two SQL Servers',
    references: [relatedPage(SQL, 'sql-mirror-5022', 'Not on this page: the default of the topology for mirrors.')],
  },
  {
    id: 'sql-backend-witness-7022',
    originators: ['sql-backend'],
    responders: ['sql-backend'],
    transport: 'tcp',
    ports: port(7022),
    protocol: 'db-mirroring',
    purpose: 'Mirrored SQL Servers and their witness',
    references: [relatedPage(SQL, 'sql-witness-7022', 'Not on this page: the default of the topology for a witness.')],
  },
]
