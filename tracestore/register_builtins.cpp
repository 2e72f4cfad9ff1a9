#include "tracestore/register_builtins.h"

#include "tracestore/export/jsonl_exporter.h"
#include "tracestore/export/otlp_exporter.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    return importers;
}

ExporterRegistry builtinExporters()
{
    ExporterRegistry exporters;
    exporters.add(std::make_unique<OtlpExporter>());
    exporters.add(std::make_unique<JsonlExporter>());
    return exporters;
}

} // namespace tracestore
