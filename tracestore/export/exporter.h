#pragma once

#include "tracestore/base/job.h"
#include "tracestore/base/registry.h"
#include "tracestore/model/trace.h"
#include "tracestore/store/byte_sink.h"

#include <string_view>
#include <vector>

namespace tracestore {

/// One format to write. Stateless and shared by threads. Adding one: a pair of files in this folder
/// and a line in register_builtins.cpp.
class Exporter
{
public:
    Exporter() = default;
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;
    virtual ~Exporter() = default;

    /// Stable, lower case: `jsonl`, `otlp`.
    [[nodiscard]] virtual std::string_view id() const = 0;

    /// For people: `OpenTelemetry (OTLP/JSON)`.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// The endings of file names that mean this format, with their point, the usual one first.
    [[nodiscard]] virtual std::vector<std::string_view> extensions() const = 0;

    /// Writes the whole trace with its payloads. Fails where payloads cannot be fetched or the sink
    /// fails: what was written until then is of no use. `job` is told of progress in spans.
    [[nodiscard]] virtual Result<void>
    write(const Trace& trace, ByteSink& sink, Job& job) const = 0;
};

using ExporterRegistry = Registry<Exporter>;

} // namespace tracestore
