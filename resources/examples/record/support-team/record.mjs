// Records support-team.otlp.jsonl: four customers who come to the desk within a few seconds of each other.
import { OpenTelemetry } from '@ai-sdk/otel'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { registerTelemetry } from 'ai'
import { ConversationProcessor } from '../otlp/conversation.mjs'
import { startReceiver } from '../otlp/receiver.mjs'
import { startTracing } from '../otlp/tracing.mjs'
import { writeRequests } from '../otlp/write.mjs'
import { startModelServer } from '../server/index.mjs'
import { supportManager } from './agents.mjs'
import { startBackend } from './backend.mjs'
import { conversations } from './script/conversations.mjs'
import { scenes } from './script/index.mjs'
import { runConversation } from './turns.mjs'

const target = new URL('../../support-team.otlp.jsonl', import.meta.url)

const receiver = await startReceiver()
const provider = startTracing({ url: receiver.url, service: 'support-desk', processors: [new ConversationProcessor()] })
registerTelemetry(new OpenTelemetry({ agentSpanName: 'functionId', usage: true }))
registerInstrumentations({
  tracerProvider: provider,
  // Model calls have a span of their own; only the calls to the shop's services are of interest.
  instrumentations: [new UndiciInstrumentation({ ignoreRequestHook: ({ path }) => path.startsWith('/v1/') })],
})

const onMiss = (asked) => console.error('no line for', asked.system.slice(0, 40), asked.messages.at(-1))
const models = await startModelServer({ scenes, port: 4140, onMiss })
const shop = await startBackend(4141)
const manager = supportManager({ modelUrl: 'http://127.0.0.1:4140', shopUrl: 'http://127.0.0.1:4141' })

await Promise.all(conversations.map((conversation) => runConversation(conversation, manager)))
await provider.shutdown()
await writeRequests(target, receiver.bodies, 'support-desk')
for (const server of [models, shop, receiver]) server.close()
