// Prints what is in the session, for the README: node count.mjs
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../coding-agent/', import.meta.url)
const [main] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
const helpers = readdirSync(new URL(`${main.slice(0, -6)}/subagents/`, folder)).filter((name) => name.endsWith('.jsonl'))

function facts(path) {
  const lines = readFileSync(new URL(path, folder), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line))
  const blocks = lines.flatMap((line) => [line.message?.content ?? []].flat())
  // One answer is written as several lines; each repeats the usage, and the last one counts.
  const answers = new Map(lines.filter((line) => line.type === 'assistant').map((line) => [line.message.id, line.message]))
  const sum = (key) => [...answers.values()].reduce((total, message) => total + message.usage[key], 0)
  const times = lines.map((line) => Date.parse(line.timestamp)).filter((time) => time)
  return {
    lines: lines.length,
    prompts: lines.filter((line) => line.type === 'user' && typeof line.message.content === 'string').length,
    modelCalls: answers.size,
    toolCalls: blocks.filter((block) => block.type === 'tool_use').length,
    failedToolCalls: blocks.filter((block) => block.is_error).length,
    input: sum('input_tokens'),
    cacheRead: sum('cache_read_input_tokens'),
    cacheWritten: sum('cache_creation_input_tokens'),
    output: sum('output_tokens'),
    seconds: Math.round((Math.max(...times) - Math.min(...times)) / 1000),
    models: [...new Set([...answers.values()].map((message) => message.model))].join(),
  }
}

console.table(Object.fromEntries([main, ...helpers.map((name) => `${main.slice(0, -6)}/subagents/${name}`)].map((path) => [path.slice(-24), facts(path)])))
