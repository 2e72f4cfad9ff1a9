#pragma once

#include "tracestore/base/job.h"
#include "tracestore/model/message_chain.h"
#include "tracestore/model/trace.h"
#include "tracestore/store/message_store.h"

#include <functional>

namespace tracestore {

/// What writes the contents that all tables of a .kymo file share: payloads and lists of messages.
class ContentWriter
{
public:
    /// Into empty tables. `database` outlives this.
    static Result<std::unique_ptr<ContentWriter>> begin(Database& database);

    /// Behind what is there, which is not written again.
    static Result<std::unique_ptr<ContentWriter>> resume(Database& database);

    /// Behind what is there, for a few contents more: takes no time for what is there, which may be
    /// written again.
    static Result<std::unique_ptr<ContentWriter>> append(Database& database);

    ContentWriter(const ContentWriter&) = delete;
    ContentWriter& operator=(const ContentWriter&) = delete;

    PayloadWriter& payloads() { return m_payloads; }

    MessageWriter& messages() { return *m_messages; }

private:
    explicit ContentWriter(PayloadWriter payloads)
        : m_payloads(std::move(payloads))
    { }

    PayloadWriter m_payloads;
    std::optional<MessageWriter> m_messages; ///< there once begun; writes through m_payloads
};

/// The payloads of a span on their way into a file.
struct SpanContent
{
    SpanDetail detail;
    std::string raw;
    MessageChain input; ///< instead of detail.input, where it is not empty
    std::string detailProblem; ///< why the details or the raw text cannot be had
    std::string rawProblem;
};

using ContentOf = std::function<Result<SpanContent>(SpanId)>;

/// The contents of a trace's spans as its payload source gives them; outlived by the trace. A
/// payload that cannot be read is a problem; fails only where that is for a reason of the moment.
ContentOf contentsOf(const Trace& trace);

/// Facts for the table meta, beside those of the trace.
using MetaEntries = std::vector<std::pair<std::string, std::string>>;

/// Writes a trace into the empty tables of a .kymo file, in the transaction of the caller. Progress
/// is told in spans. Fails with Cancelled, what `contents` fails with, and Io.
Result<void> writeTraceTables(Database& database,
                              const Trace& trace,
                              const ContentOf& contents,
                              ContentWriter& to,
                              const MetaEntries& meta,
                              Job& job);

/// Writes facts into the table meta.
Result<void> writeMeta(Database& database, const MetaEntries& entries);

} // namespace tracestore
