import { createServer } from 'node:http'
import * as anthropic from './anthropic.mjs'
import * as chat from './openai-chat.mjs'
import * as responses from './openai-responses.mjs'
import { sleep } from './pace.mjs'
import { readRequest } from './request.mjs'
import { ScriptBook } from './script-book.mjs'

const writers = { anthropic, chat, responses }

const dialectOf = (path) =>
  ({ '/v1/messages': 'anthropic', '/v1/chat/completions': 'chat', '/v1/responses': 'responses' })[path]

export async function bodyOf(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

function fail(response, status, type, message, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ type: 'error', error: { type, code: type, message } }))
}

async function answer(book, onMiss, request, response) {
  const path = new URL(request.url, 'http://local').pathname
  const dialect = dialectOf(path)
  if (path === '/v1/messages/count_tokens') return response.end(JSON.stringify({ input_tokens: 2000 }))
  if (!dialect || request.method !== 'POST') return response.writeHead(404).end()
  const asked = readRequest(dialect, JSON.parse(await bodyOf(request)))
  const reply = book.find(asked)
  if (!reply) {
    onMiss(asked)
    return fail(response, 400, 'invalid_request_error', 'The script has no line for this request.')
  }
  if (reply.refusal) {
    const { status, type, message, retryAfter = 2 } = reply.refusal
    await sleep(350)
    return fail(response, status, type, message, { 'retry-after': String(retryAfter) })
  }
  const writer = writers[dialect]
  return asked.stream ? writer.answerStreamed(reply, response) : writer.answerWhole(reply, response)
}

// Serves the scenes as OpenAI chat completions, OpenAI responses and Anthropic messages, streamed and whole.
export function startModelServer({ scenes, port = 0, onMiss = () => {} }) {
  const book = new ScriptBook(scenes)
  const server = createServer((request, response) =>
    answer(book, onMiss, request, response).catch((error) => fail(response, 500, 'api_error', String(error))),
  )
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done(server)))
}
