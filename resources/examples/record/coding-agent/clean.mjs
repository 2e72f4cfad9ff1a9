// Turns a raw session of the command line into the example: keeps what the prompts, the scripted answers and the small
// repository say, drops the rest, and names places neutrally. Texts that are not ours and not known stop the recording.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isOurs, keptFields, relinked } from './clean/lines.mjs'
import { OwnTexts } from './clean/own-texts.mjs'
import { cleanResults } from './clean/results.mjs'

const parse = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line))
const print = (lines) => lines.map((line) => JSON.stringify(line) + '\n').join('')

function cleanLines(lines, own) {
  const callOf = new Map()
  for (const line of lines) {
    for (const block of [line.message?.content ?? []].flat()) if (block.type === 'tool_use') callOf.set(block.id, block)
  }
  const kept = relinked(lines).filter(isOurs).map(keptFields)
  return kept.map((line) => {
    own.check(line)
    return cleanResults(line, callOf, own)
  })
}

// `shop` and `home` are the scratch folders of the recording.
function neutralPlaces(text, { shop, home }) {
  return text.replaceAll(shop, '/home/dev/shop').replaceAll(home, '/home/dev')
}

export async function cleanSession({ shop, home, session, target, scenes, prompts }) {
  const projects = join(home, '.claude/projects')
  const [project] = await readdir(projects)
  const source = join(projects, project)
  const own = new OwnTexts({ scenes, prompts })
  const said = new Set()
  const convert = async (file) => {
    const lines = cleanLines(parse(await readFile(join(source, file), 'utf8')), own)
    for (const line of lines) for (const block of [line.message?.content ?? []].flat()) said.add(block.text)
    await writeFile(new URL(file, target), neutralPlaces(print(lines), { shop, home }))
  }
  await rm(target, { recursive: true, force: true })
  await mkdir(new URL(`${session}/subagents/`, target), { recursive: true })
  await convert(`${session}.jsonl`)
  for (const name of await readdir(join(source, session, 'subagents'))) {
    const file = `${session}/subagents/${name}`
    if (name.endsWith('.jsonl')) await convert(file)
    else await writeFile(new URL(file, target), await readFile(join(source, file), 'utf8'))
  }
  const missing = scenes.flatMap((scene) => scene.replies).find((reply) => reply.text && !said.has(reply.text))
  if (missing) throw new Error(`the session lost an answer, record it again: ${missing.text}`)
}
