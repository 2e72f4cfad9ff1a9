// Records weather.otlp.json: two short questions, with the older telemetry of the Vercel AI SDK (version 6).
import { generateText, stepCountIs, streamText, tool } from 'ai-v6'
import { createOpenAI } from 'ai-openai-v3'
import { z } from 'zod'
import { startReceiver } from '../otlp/receiver.mjs'
import { startTracing } from '../otlp/tracing.mjs'
import { writeRequests } from '../otlp/write.mjs'
import { startModelServer } from '../server/index.mjs'
import { sleep } from '../server/pace.mjs'
import { scenes } from './scenes.mjs'

const target = new URL('../../weather.otlp.json', import.meta.url)

const weather = {
  Paris: { celsius: 14, sky: 'cloudy' },
  Oslo: { celsius: 7, sky: 'rain' },
  Lima: { celsius: 21, sky: 'haze' },
  Porto: { celsius: 17, sky: 'sunny' },
}
let limaAsked = 0

const get_weather = tool({
  description: 'The weather in a city right now',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => {
    await sleep(150 + city.length * 40)
    if (city === 'Lima' && limaAsked++ === 0) throw new Error('Station LIM-2 does not answer')
    return { city, ...weather[city] }
  },
})

const receiver = await startReceiver()
// One batch at the end, so that the file is a single JSON document.
const provider = startTracing({ url: receiver.url, service: 'weather-bot', batchMs: 600000 })
const server = await startModelServer({ scenes, onMiss: (asked) => console.error('no line for', asked.messages) })
const openai = createOpenAI({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: 'not-a-key' })

const settings = (session) => ({
  model: openai.chat('gpt-4o-mini'),
  system: 'You are a weather bot. Answer in one or two sentences.',
  tools: { get_weather },
  stopWhen: stepCountIs(5),
  experimental_telemetry: { isEnabled: true, functionId: 'weather-bot', metadata: { sessionId: session } },
})

await generateText({ ...settings('visit-1'), prompt: 'I fly to Paris and Oslo tomorrow. Where do I need an umbrella?' })
const answer = streamText({ ...settings('visit-2'), prompt: 'Which is the warmest, Lima or Porto?' })
await answer.consumeStream()
await sleep(100) // the outer span ends a moment after the stream

await provider.shutdown()
await writeRequests(target, receiver.bodies, 'weather-bot')
server.close()
receiver.close()
