#pragma once

#include "tracestore/model/payload_source.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/model/state_source.h"

#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

namespace tracestore {

/// The payloads of a recording that was closed, and the states of its agents: these stand in its
/// events, which are read when somebody asks for them first. Any thread.
class RecordedPayloads : public PayloadSource, public StateSource, public WalkSource
{
public:
    RecordedPayloads(std::filesystem::path path, std::shared_ptr<const PayloadSource> payloads)
        : m_path(std::move(path))
        , m_payloads(std::move(payloads))
    { }

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
    {
        return m_payloads->detail(span);
    }

    [[nodiscard]] Result<std::string> raw(SpanId span) const override
    {
        return m_payloads->raw(span);
    }

    [[nodiscard]] std::shared_ptr<const ByteSource> file(FileId file) const override
    {
        return m_payloads->file(file);
    }

    [[nodiscard]] std::unique_ptr<PayloadWalk> walk() const override { return walkOf(*m_payloads); }

    /// None where the file has gone since.
    void visitStates(const std::function<void(const ToldState&)>& visit) const override;

private:
    struct State
    {
        AgentId agent;
        Timestamp time;
        std::size_t spansBefore = 0;
        std::string json;
        bool isWhole = false;
    };

    [[nodiscard]] std::vector<State> readStates() const;

    std::filesystem::path m_path;
    std::shared_ptr<const PayloadSource> m_payloads;
    mutable std::mutex m_mutex;
    mutable std::optional<std::vector<State>> m_states;
};

} // namespace tracestore
