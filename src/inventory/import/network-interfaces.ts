import type { Problems } from '../problems.ts'
import type { Source } from '../source.ts'
import { type Deployment, type Machine, type NetInterface, NO_DEPLOYMENT } from './deployment.ts'
import { readTable, refuseRow } from './table.ts'
import { type Attributes, readInterface, readName } from './topology-attributes.ts'

/** Whether the columns are those of `Get-CsNetworkInterface | Export-Csv`. */
export function areInterfaceColumns(columns: readonly string[]): boolean {
  const names = columns.map((column) => column.toLowerCase())
  return names.includes('interfacenumber') || (names.includes('ipaddress') && names.includes('identity'))
}

/** Reads the table of network interfaces. It tells the machines' addresses, not their pools and roles. */
export function readNetworkInterfaces(source: Source, problems: Problems): Deployment {
  const machines = readTable(source, problems)
    .map((row) => readRow(row, problems))
    .filter((machine) => machine !== undefined)
  return { ...NO_DEPLOYMENT, machines }
}

function readRow(row: Attributes, problems: Problems): Machine | undefined {
  // The identity holds the three as well: edge01.contoso.local/External/2.
  const [identityName, identitySide, identityNumber] = (row.attribute('Identity') ?? '').split(/[/:]/)
  const identity: Readonly<Record<string, string | undefined>> = {
    ComputerFqdn: identityName,
    InterfaceSide: identitySide,
    InterfaceNumber: identityNumber,
  }
  const from: Attributes = {
    offset: row.offset,
    attribute: (name) => row.attribute(name === 'InterfaceSide' ? 'Interface' : name) || identity[name],
  }
  const name = readName(from, 'ComputerFqdn', problems)
  if (name === undefined) {
    if ((from.attribute('ComputerFqdn') ?? '') === '') refuseRow(row, 'ComputerFqdn', problems)
    return undefined
  }
  const read: NetInterface | undefined = readInterface(from, problems)
  return { name, interfaces: read === undefined ? [] : [read] }
}
