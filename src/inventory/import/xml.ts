import { SaxesParser } from 'saxes'
import { InventoryError } from '../inventory-error.ts'
import { cut, LONGEST_PHRASE } from '../problems.ts'
import type { Source } from '../source.ts'

/** An element as its start tag gives it. */
export interface Element {
  /** Without its prefix. */
  readonly name: string
  readonly namespace: string
  /** The value of an attribute without a prefix; undefined where it is not there. */
  readonly attribute: (name: string) => string | undefined
  /** Where the start tag begins in the source. */
  readonly offset: number
}

export interface ElementHandler {
  /** `depth` is 0 for the root. */
  readonly open: (element: Element, depth: number) => void
  readonly close: (depth: number) => void
}

/** Deeper documents than this are none of ours: a topology needs about ten levels. */
const DEEPEST = 64

/** Reading in pieces keeps the library's buffers small. */
const PIECE = 65_536

/**
 * Reads the XML document between two offsets of a source, element by element. Document types and entities are refused
 * wherever they stand: no document of ours has any, and they are what XML is attacked with. The first fault ends the
 * reading.
 */
export function readXml(source: Source, start: number, end: number, handler: ElementHandler): void {
  refuseDeclarations(source)
  const parser = new SaxesParser({ xmlns: true })
  let depth = 0
  let tagStart = start
  parser.on('error', (error) => {
    const fault = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')
    const place = source.place(placeWithin(source, start + parser.position - 1))
    throw new InventoryError(`${place} is not XML: ${cut(fault, LONGEST_PHRASE)}`)
  })
  parser.on('opentagstart', ({ name }) => {
    tagStart = start + parser.position - name.length - 2
  })
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (depth > DEEPEST) throw new InventoryError(`${source.place(tagStart)} is nested too deep for a topology`)
    const attribute = (name: string): string | undefined =>
      Object.hasOwn(attributes, name) ? attributes[name]?.value : undefined
    handler.open({ name: local, namespace: uri, attribute, offset: placeWithin(source, tagStart) }, depth++)
  })
  parser.on('closetag', () => handler.close(--depth))
  for (let at = start; at < end; at += PIECE) parser.write(source.text.slice(at, Math.min(at + PIECE, end)))
  parser.close()
}

function placeWithin({ text }: Source, offset: number): number {
  return Math.min(Math.max(offset, 0), text.length)
}

function refuseDeclarations(source: Source): void {
  const declaration = /<!(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.exec(source.text)
  if (declaration === null) return
  throw new InventoryError(
    `${source.place(declaration.index)} begins a document type (${declaration[0]}), which is not read; no topology has one`,
  )
}
