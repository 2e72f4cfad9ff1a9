#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// The telemetry log of OpenClaw: beginnings and ends of tools and agents, and messages that came
/// in and went out. It has no ids and few times: what belongs together is concluded from the order
/// and the session key.
class OpenClawTelemetryImporter : public Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "openclaw-telemetry"; }

    [[nodiscard]] std::string_view name() const override { return "OpenClaw telemetry"; }

    [[nodiscard]] std::string_view origin() const override
    {
        return "telemetry logs of OpenClaw (JSON lines)";
    }

    [[nodiscard]] bool sniff(const Sample& sample) const override;

    [[nodiscard]] Result<std::shared_ptr<const PayloadSource>>
    read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const override;
};

} // namespace tracestore
