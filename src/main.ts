#!/usr/bin/env node
import { run } from './cli/run.ts'
import { processShell } from './cli/shell.ts'

process.exitCode = await run(process.argv.slice(2), processShell())
