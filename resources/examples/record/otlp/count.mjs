// Prints what is in an OTLP/JSON file, for the README: node otlp/count.mjs FILE [--tree]
import { readFileSync } from 'node:fs'

const [, , file, flag] = process.argv
const text = readFileSync(file, 'utf8')
const requests = text.trimEnd().split('\n').map((line) => JSON.parse(line))
const spans = requests
  .flatMap((request) => request.resourceSpans)
  .flatMap((resource) => resource.scopeSpans)
  .flatMap((scope) => scope.spans.map((span) => ({ ...span, scope: scope.scope.name })))

const attribute = (span, key) => {
  const value = span.attributes.find((candidate) => candidate.key === key)?.value
  return value && Object.values(value)[0]
}
const operation = (span) => attribute(span, 'gen_ai.operation.name') ?? attribute(span, 'ai.operationId')
const isModelCall = (span) => ['chat', 'ai.generateText.doGenerate', 'ai.streamText.doStream'].includes(operation(span))
const isTool = (span) => ['execute_tool', 'ai.toolCall'].includes(operation(span))
const failed = (span) => span.status.code === 2
const sum = (list, ...keys) =>
  list.reduce((total, span) => total + Number(keys.map((key) => attribute(span, key)).find((v) => v !== undefined) ?? 0), 0)
const seconds = (span) => (Number(span.endTimeUnixNano) - Number(span.startTimeUnixNano)) / 1e9

function tree(parent, depth) {
  const children = spans
    .filter((span) => (span.parentSpanId ?? '') === parent)
    .sort((a, b) => Number(a.startTimeUnixNano) - Number(b.startTimeUnixNano))
  for (const span of children) {
    console.log(`${'  '.repeat(depth)}${span.name}  ${seconds(span).toFixed(2)} s${failed(span) ? '  ERROR ' + (span.status.message ?? '') : ''}`)
    tree(span.spanId, depth + 1)
  }
}

if (flag === '--tree') tree('', 0)
const models = spans.filter(isModelCall)
const starts = spans.map((span) => Number(span.startTimeUnixNano))
const ends = spans.map((span) => Number(span.endTimeUnixNano))
console.log({
  exportRequests: requests.length,
  traces: new Set(spans.map((span) => span.traceId)).size,
  conversations: new Set(spans.map((span) => attribute(span, 'gen_ai.conversation.id')).filter(Boolean)).size,
  spans: spans.length,
  seconds: Math.round((Math.max(...ends) - Math.min(...starts)) / 1e9),
  agentRuns: spans.filter((span) => operation(span) === 'invoke_agent').length,
  modelCalls: models.length,
  failedModelCalls: models.filter(failed).length,
  toolCalls: spans.filter(isTool).length,
  failedToolCalls: spans.filter((span) => isTool(span) && failed(span)).length,
  spansWithError: spans.filter(failed).length,
  inputTokens: sum(models, 'gen_ai.usage.input_tokens'),
  cachedTokens: sum(models, 'gen_ai.usage.cache_read.input_tokens', 'ai.usage.cachedInputTokens'),
  outputTokens: sum(models, 'gen_ai.usage.output_tokens'),
  reasoningTokens: sum(models, 'ai.usage.outputTokenDetails.reasoningTokens', 'gen_ai.usage.reasoning.output_tokens'),
  missingParents: spans.filter((s) => s.parentSpanId && !spans.some((p) => p.spanId === s.parentSpanId)).length,
})
const kinds = {}
for (const span of spans) kinds[operation(span) ?? span.scope] = (kinds[operation(span) ?? span.scope] ?? 0) + 1
console.log(kinds)
