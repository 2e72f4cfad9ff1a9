// Records a session of the Claude Code command line: three turns of a user in a copy of the small repository `shop`.
// The raw session stays in a scratch folder; clean.mjs writes the part that is ours.
import { execFileSync, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startModelServer } from '../server/index.mjs'
import { cleanSession } from './clean.mjs'
import { surveys, turns } from './scenes/prompts.mjs'
import { scenesFor } from './scenes/index.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const session = '7d1f0c52-6a1e-4b7e-9c35-2f60a4d81e10'
const tools = ['Bash', 'Read', 'Edit', 'Write', 'Agent', 'TaskCreate', 'TaskUpdate']

async function makeRepository(shop) {
  await cp(join(here, 'shop'), shop, { recursive: true })
  const git = (...args) => execFileSync('git', ['-c', 'user.name=dev', '-c', 'user.email=dev@shop.example', ...args], { cwd: shop })
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'dev')
  git('config', 'user.email', 'dev@shop.example')
  git('add', '-A')
  git('commit', '-q', '-m', 'shop: orders, payments and refunds')
}

function runTurn({ shop, home, url }, prompt, isFirst) {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Otherwise the last answer of a turn is now and then missing from the session.
    CLAUDE_CODE_EAGER_FLUSH: '1',
    IS_SANDBOX: '1',
  }
  const start = isFirst ? ['--session-id', session] : ['--resume', session]
  const model = ['--model', 'claude-sonnet-4-5-20250929', '--permission-mode', 'acceptEdits']
  const args = ['-p', prompt, ...start, ...model, '--allowedTools', ...tools]
  const cli = join(here, 'node_modules/.bin/claude')
  return new Promise((done) =>
    spawn(cli, args, { cwd: shop, env, stdio: ['ignore', 'inherit', 'inherit'] }).on('close', done),
  )
}

const scratch = await mkdtemp(join(tmpdir(), 'example-'))
const place = { shop: join(scratch, 'shop'), home: join(scratch, 'home') }
await makeRepository(place.shop)
const onMiss = (asked) => console.error('no line for', asked.messages.at(-1)?.text.slice(0, 300))
const scenes = scenesFor(place.shop)
const server = await startModelServer({ scenes, onMiss })
place.url = `http://127.0.0.1:${server.address().port}`

for (const [index, prompt] of turns.entries()) await runTurn(place, prompt, index === 0)
server.close()
const target = new URL('../../coding-agent/', import.meta.url)
await cleanSession({ ...place, session, target, scenes, prompts: { turns, surveys } })
if (process.env.KEEP_SCRATCH) console.log('kept', scratch)
else await rm(scratch, { recursive: true })
