#pragma once

#include "tracestore/model/payload_source.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/store/message_store.h"

#include <mutex>

namespace tracestore {

/// The payloads of an opened .kymo file. Its connection is its own: the file may be renamed or
/// replaced meanwhile, what was opened stays. Any thread; one at a time is served.
class KymoPayloads : public PayloadSource, public WalkSource
{
public:
    /// `name` is the file's, for error messages.
    static Result<std::shared_ptr<const KymoPayloads>> begin(Database database, std::string name);

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;
    [[nodiscard]] std::unique_ptr<PayloadWalk> walk() const override;

private:
    struct Row;
    class Walk;

    KymoPayloads(Database database, std::string name)
        : m_name(std::move(name))
        , m_database(std::move(database))
    { }

    Result<void> prepare();
    Result<Row> row(SpanId span) const;
    Result<Row> soundRow(SpanId span) const;
    Result<SpanDetail> fetch(const Row& row) const;
    Result<std::string> fetchRaw(SpanId span, std::int64_t count) const;

    std::string m_name;
    mutable std::mutex m_mutex; ///< guards all below, which step through the file
    mutable Database m_database;
    mutable std::optional<Statement> m_selectDetail;
    mutable std::optional<Statement> m_selectRaw;
    mutable std::optional<PayloadReader> m_payloads;
    mutable std::optional<MessageReader> m_messages;
};

} // namespace tracestore
