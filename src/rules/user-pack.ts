import { basename, resolve } from 'node:path'
import { InventoryError } from '../inventory/inventory-error.ts'
import { collectProblems, quoted } from '../inventory/problems.ts'
import { readBytes } from '../inventory/read-bytes.ts'
import { sourceOf } from '../inventory/source.ts'
import { decodeUnicode } from '../inventory/text.ts'
import { PACKS, type Pack, type RuleInForce, type RuleSet, RulesError, selectRules } from './pack.ts'
import type { Reading } from './reference.ts'
import { readPackYaml } from './user-pack-yaml.ts'

/** A pack of the user as it was read from its file, by whose name it goes. */
export interface UserPack {
  readonly pack: Pack
  /** Where a rule that it states or changes stands, as `file:line:column`, by the rule's id. */
  readonly places: ReadonlyMap<string, string>
}

/**
 * What names of packs and pages and paths of YAML files choose, as a rule set under any reading. The files are read here,
 * once.
 */
export function readRules(names: readonly string[]): (reading: Reading) => RuleSet {
  const userPacks = readUserPacks(names)
  const packs = userPacks.map(({ pack }) => pack)
  const chosen = names.map((name) => (isPath(name) ? basename(name) : name))
  return (reading) => {
    const set = selectRules(chosen, reading, packs)
    refuseStatedTwice(set, userPacks)
    return set
  }
}

/** The packs in those files that are among the names. */
export function readUserPacks(names: readonly string[]): readonly UserPack[] {
  const paths = names.filter(isPath)
  const files = paths.filter((path, index) => paths.findIndex((each) => resolve(each) === resolve(path)) === index)
  const userPacks = files.map(readUserPack)
  refuseSameName(files)
  refuseChangedTwice(userPacks)
  return userPacks
}

/** No pack and no page is called so. */
function isPath(name: string): boolean {
  return /^\.{0,2}[/\\]|^[a-z]:[/\\]|\.(?:ya?ml|json)$/i.test(name)
}

/** Reads the pack in a file. Whatever is wrong with it is one RulesError. */
export function readUserPack(path: string): UserPack {
  return asRulesError(() => parsePack(readBytes(path, `rules ${path}`, 'a YAML file'), path))
}

/** Reads the pack in the bytes of `file`, which is named in messages. */
export function parseUserPack(bytes: Uint8Array, file: string): UserPack {
  return asRulesError(() => parsePack(bytes, file))
}

function parsePack(bytes: Uint8Array, file: string): UserPack {
  const decoded = decodeUnicode(bytes)
  if (!('text' in decoded)) {
    throw new RulesError(`rules ${file} are not text: ${decoded.fault}; wanted YAML, best in UTF-8`)
  }
  const source = sourceOf(file, decoded.text)
  const problems = collectProblems(source)
  const { pack, offsets } = readPackYaml(basename(file), source, problems)
  problems.throwIfAny()
  const places = new Map([...offsets].map(([id, offset]) => [id, source.place(offset)]))
  return { pack, places }
}

/** Files are read with the inventory's tools, which know one kind of error. */
function asRulesError<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw error instanceof InventoryError ? new RulesError(error.message) : error
  }
}

/** A pack goes by the name of its file: judgements say it, and a database holds it. */
function refuseSameName(paths: readonly string[]): void {
  for (const [index, path] of paths.entries()) {
    const other = paths.slice(0, index).find((each) => basename(each) === basename(path))
    if (other === undefined) continue
    throw new RulesError(
      `rules ${path} and ${other} would have the same name, ${basename(path)}; rename one of the files`,
    )
  }
}

function refuseChangedTwice(userPacks: readonly UserPack[]): void {
  const places = new Map<string, string>()
  for (const { pack, places: own } of userPacks) {
    for (const { rule } of pack.overrides ?? []) {
      const place = own.get(rule) ?? pack.name
      const before = places.get(rule)
      if (before !== undefined) {
        throw new RulesError(`rule '${rule}' at ${place} is changed at ${before} already; say it in one place`)
      }
      places.set(rule, place)
    }
  }
}

/** A pack that began as a copy of a built-in one states the same rules, and cannot stand beside it. */
function refuseStatedTwice({ rules }: RuleSet, userPacks: readonly UserPack[]): void {
  const packs = new Map<string, string>()
  for (const { pack, rule } of rules) {
    const before = packs.get(rule.id)
    packs.set(rule.id, pack)
    if (before === undefined) continue
    const place = userPacks.find((each) => each.pack.name === pack)?.places.get(rule.id) ?? pack
    const remedy = `to change it, put it under 'override'; to have it here alone, leave ${before} out`
    throw new RulesError(`rule ${quoted(rule.id)} at ${place} is one of ${before} as well; ${remedy}`)
  }
}

/** What a pack states or changes, and the built-in packs that state some of its rules too. */
export interface RulesOfUserPack {
  readonly rules: readonly RuleInForce[]
  /** Their names. */
  readonly copied: readonly string[]
}

/** The rules that a pack of the user states, and those of built-in packs that it changes, as they then are. */
export function rulesOfUserPack(pack: Pack): RulesOfUserPack {
  const stated = new Set(pack.rules.map(({ id }) => id))
  const changed = new Set([...(pack.overrides ?? []), ...(pack.amendments ?? [])].map(({ rule }) => rule))
  const having = (ids: ReadonlySet<string>) => PACKS.filter(({ rules }) => rules.some(({ id }) => ids.has(id)))
  const names = [...having(changed), pack].map(({ name }) => name)
  return {
    rules: selectRules(names, 'full', [pack]).rules.filter(
      (each) => each.pack === pack.name || changed.has(each.rule.id),
    ),
    copied: having(stated).map(({ name }) => name),
  }
}
