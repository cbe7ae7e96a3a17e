import {
  Composer,
  type CST,
  type Document,
  isCollection,
  isScalar,
  Lexer,
  type ParsedNode,
  Parser,
  visit,
  type YAMLError,
} from 'yaml'
import { cut, LONGEST_PHRASE, type Problems } from './problems.ts'
import type { Source } from './source.ts'

/** How deep collections may lie in each other; an inventory needs five. Beyond some hundreds the library's recursion fails. */
const DEEPEST = 32

export interface YamlTree {
  readonly root: ParsedNode | null
  /**
   * Where the line of the first syntax error begins, infinity where there is none. What ends before is as the user
   * meant it; what follows is anybody's guess.
   */
  readonly readableTo: number
}

/** Parses one YAML document and reports its first syntax error: those after it are mostly its echo. */
export function parseYaml(source: Source, problems: Problems): YamlTree {
  const tokens = tokensOf(source.text)
  if (tokens === undefined) {
    problems.add(0, (place) => `${place} begins a text that is nested too deep for an inventory`)
    return { root: null, readableTo: 0 }
  }
  // Every scalar stays the text that was written: `failsafe` knows neither numbers nor dates nor booleans.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  const [document, second] = composer.compose(tokens, true, source.text.length)
  if (document === undefined) return { root: null, readableTo: 0 }
  const readableTo = reportSyntax(document, source, problems)
  if (second !== undefined && readableTo === Number.POSITIVE_INFINITY) {
    problems.add(second.range[0], (place) => `${place} begins a second document; an inventory is one`)
  }
  return { root: document.contents, readableTo }
}

/** The library's tokens, or undefined where they nest too deep to be composed. */
function tokensOf(text: string): readonly CST.Token[] | undefined {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > DEEPEST) return undefined
  }
  tokens.push(...parser.end())
  return tokens
}

/** Returns the offset up to which the text is readable. */
function reportSyntax(document: Document.Parsed, source: Source, problems: Problems): number {
  const [first] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  if (first === undefined) return Number.POSITIVE_INFINITY
  const { offset, sentence } = explainSyntax(first, document, source.text)
  problems.add(offset, sentence)
  return lineStart(source.text, offset)
}

interface Explained {
  readonly offset: number
  readonly sentence: (place: string) => string
}

function explainSyntax(error: YAMLError, document: Document.Parsed, text: string): Explained {
  const at = error.pos[0]
  const tab = tabIn(text, lineStart(text, at))
  if (tab !== undefined) {
    return { offset: tab, sentence: (place) => `the line at ${place} is indented with a tab; YAML wants spaces` }
  }
  const open =
    error.code === 'MISSING_CHAR' || error.code === 'BAD_INDENT' ? lastUnclosed(document, text, at) : undefined
  if (open !== undefined) {
    const opening = text[open] === '"' || text[open] === "'" ? 'quote' : `'${text[open]}'`
    return { offset: open, sentence: (place) => `the ${opening} at ${place} is not closed` }
  }
  return { offset: at, sentence: (place) => syntaxSentence(error, place) }
}

function syntaxSentence(error: YAMLError, place: string): string {
  switch (error.code) {
    case 'BLOCK_IN_FLOW':
    case 'BLOCK_AS_IMPLICIT_KEY':
      return `the text at ${place} has a colon before a space or at its end; put it in quotes`
    case 'BAD_SCALAR_START':
      return `the text at ${place} begins with a character that has a meaning in YAML; put it in quotes`
    case 'MULTILINE_IMPLICIT_KEY':
      return `the key at ${place} is not followed by a colon and a space on its line`
    default:
      return `${place} is not YAML: ${error.message.charAt(0).toLowerCase()}${cut(error.message.slice(1), LONGEST_PHRASE)}`
  }
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** The first tab of a line's indentation. */
function tabIn(text: string, start: number): number | undefined {
  let at = start
  while (text[at] === ' ') at++
  return text[at] === '\t' ? at : undefined
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '"': '"', "'": "'" }

/** The offset of the last bracket or quote before `before` whose node does not end in its counterpart. */
function lastUnclosed(document: Document.Parsed, text: string, before: number): number | undefined {
  let last: number | undefined
  visit(document, (_key, node) => {
    if (!(isScalar(node) || isCollection(node)) || !node.range) return
    const [start, end] = node.range
    const closing = CLOSING[text[start] ?? '']
    const closed = end - start > 1 && text[end - 1] === closing
    if (closing !== undefined && !closed && start < before) last = start
  })
  return last
}
