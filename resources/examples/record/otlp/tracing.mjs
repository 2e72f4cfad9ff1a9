import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

// The resource names the service and nothing else: detectors would add the machine's name and paths.
export function startTracing({ url, service, batchMs = 3000, processors = [] }) {
  const exporting = new BatchSpanProcessor(new OTLPTraceExporter({ url }), { scheduledDelayMillis: batchMs })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': '1.0.0' }),
    spanProcessors: [...processors, exporting],
  })
  provider.register()
  return provider
}
