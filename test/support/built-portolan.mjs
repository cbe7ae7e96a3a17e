/*
 * A process that runs command lines of the compiled program, one after the other, for a test: node
 * built-portolan.mjs <modules>.
 * A request is { args, env }, the answer { code, out, err }.
 */
const { run } = await import(new URL('cli/run.js', process.argv[2]).href)

function captured() {
  let text = ''
  return {
    output: {
      columns: undefined,
      color: false,
      write: (piece) => {
        text += piece
      },
    },
    text: () => text,
  }
}

async function answer({ args, env }) {
  Object.assign(process.env, env)
  const [out, err] = [captured(), captured()]
  const code = await run(args, {
    out: out.output,
    err: err.output,
    isWatched: false,
    env: {},
    input: () => process.stdin,
    onInterrupt: () => () => {},
  })
  return { code, out: out.text(), err: err.text() }
}

process.on('message', async (request) => process.send(await answer(request)))
process.on('disconnect', () => process.exit())
process.send('ready')
