import type { Certificate } from '../evidence/certificate.ts'
import type { Placement } from '../inventory/lookup.ts'

/**
 * Only a full host name can be compared with what certificates say. No top-level domain begins with a digit, as an
 * address may end.
 */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9-]{0,62}$/i

/** Whether a certificate names another machine than the inventory does. */
export function differsFromName(certificate: Certificate | undefined, placement: Placement | undefined): boolean {
  if (certificate === undefined || placement === undefined || certificate.names.length === 0) return false
  const { name } = placement
  if (!HOST_NAME.test(name)) return false
  const wanted = name.toLowerCase()
  return !certificate.names.some((each) => covers(each, wanted))
}

/** A wildcard stands for one label, RFC 6125 section 6.4.3. */
function covers(name: string, wanted: string): boolean {
  if (name === wanted) return true
  return name.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === name.slice(1)
}
